import { DBOS } from "@dbos-inc/dbos-sdk";
import { type Clock, explain, type Logger, type Secret, TaoceptionError } from "../platform/index.ts";
import { failureOf } from "./failure.ts";
import { openPool } from "./pool.ts";
import { quiet } from "./quiet.ts";
import { type Durably, openSteps } from "./steps.ts";
import { tellStranded } from "./tellStranded.ts";

/** A workflow's input and output are JSON, and small. */
export type Workflow<In, Out> = (input: In, durably: Durably) => Promise<Out>;

export interface Unfinished {
  id: string;
  name: string;
}

export interface Durable extends AsyncDisposable {
  /** Make a workflow known by a name that does not change; before `launch`. */
  register<In, Out>(name: string, workflow: Workflow<In, Out>): void;
  /** Begin work. This executor's unfinished workflows go on from their last stored step. */
  launch(): Promise<void>;
  /** Start a workflow; one whose id was started before is not started again. Resolves when it is stored. */
  start(name: string, id: string, input: unknown): Promise<void>;
  /** Wait for a workflow's output; throws what it threw. */
  result(id: string): Promise<unknown>;
  /** Workflows of this executor and version that have not ended. */
  unfinished(): Promise<Unfinished[]>;
  /** Delete a workflow that has ended, with its steps. Unknown ones are fine; a running one is refused. */
  forget(id: string): Promise<void>;
  /** Stop: nothing is begun any more, steps that run get up to `drainMs`; what is unfinished goes on at the next launch. */
  [Symbol.asyncDispose](): Promise<void>;
}

const RESULT_POLL_MS = 250;
const ENDED = new Set(["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]);

/**
 * Durable work over a Postgres database (its own schema, `dbos`). One at a time in a process.
 * `executorId` must be the same whenever this process starts again, and no two live processes may share it: a
 * second one would run the first one's steps once more. Raise `applicationVersion` when a workflow's order of
 * steps changes.
 */
export async function openDurable(options: {
  connection: Secret<string>;
  executorId: string;
  applicationVersion: string;
  clock: Clock;
  logger: Logger;
  /** For steps that fail in a retryable way; the pauses double, so that the default lasts four minutes. */
  tries?: { times: number; firstMs: number };
  /** False for a process whose database role may not make tables: another one has made them. */
  migrate?: boolean;
  /** How long closing waits for steps that run, in milliseconds. */
  drainMs?: number;
  /** The process's own: what steps throw because of it must not count as their failure. */
  signal: AbortSignal;
}): Promise<Durable> {
  const { connection, executorId, applicationVersion, clock, logger, signal } = options;
  const { tries = { times: 10, firstMs: 500 }, drainMs = 5_000, migrate = true } = options;
  if (DBOS.isInitialized())
    throw new TaoceptionError("durable-in-use", "durable work is open in this process already");
  const closing = new AbortController();
  const pool = openPool({ connection, logger });
  DBOS.setConfig({
    name: "taoception",
    systemDatabaseUrl: connection.reveal(),
    systemDatabasePool: pool,
    executorID: executorId,
    applicationVersion,
    logger: quiet(logger, closing.signal),
    enableOTLP: false,
    tracingEnabled: false,
    useListenNotify: false,
    runMigrations: migrate,
    schedulerPollingIntervalMs: 3_600_000,
  });
  const gone = new AbortController();
  const running = new Set<Promise<unknown>>();
  const steps = openSteps({ clock, tries, closing: closing.signal, closed: gone.signal, running });
  const workflows = new Map<string, (input: unknown) => Promise<unknown>>();
  const local = new Map<string, Promise<unknown>>();
  let launched = false;
  let closed: Promise<void> | undefined;

  const close = async () => {
    closing.abort();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => {
      timer = setTimeout(done, drainMs);
    });
    await Promise.race([Promise.all(running), late]);
    clearTimeout(timer);
    gone.abort();
    await DBOS.shutdown({ deregister: true });
    await pool.end();
  };
  const closeOnce = () => {
    closed ??= close();
    return closed;
  };
  const onAbort = () =>
    void closeOnce().catch((error) => logger.error({ err: error }, "closing durable work failed"));
  signal.addEventListener("abort", onAbort, { once: true });

  const open = () => {
    if (!launched || closing.signal.aborted)
      throw new TaoceptionError("not-launched", "durable work is not running", { retryable: true });
  };

  const cut = (id: string) =>
    new TaoceptionError("closing", `${id} goes on at the next start`, { retryable: true });
  const orClosing = (id: string, result: Promise<unknown> | undefined) =>
    new Promise<unknown>((done, fail) => {
      const tell = () => fail(cut(id));
      closing.signal.addEventListener("abort", tell, { once: true });
      Promise.resolve(result)
        .then(done, fail)
        .finally(() => closing.signal.removeEventListener("abort", tell));
    });
  async function storedResult(id: string): Promise<unknown> {
    for (;;) {
      const status = await DBOS.getWorkflowStatus(id);
      if (!status) throw new TaoceptionError("no-workflow", `no workflow ${id} was ever started`);
      if (ENDED.has(status.status)) return DBOS.getResult(id);
      await clock.sleep(RESULT_POLL_MS, closing.signal).catch(() => {});
      if (closing.signal.aborted) throw cut(id);
    }
  }

  return {
    register(name, workflow) {
      if (launched) throw new TaoceptionError("late-workflow", `${name} was registered after the launch`);
      if (workflows.has(name)) throw new TaoceptionError("double-workflow", `${name} is registered already`);
      const run = (input: unknown) => workflow(input as Parameters<typeof workflow>[0], steps);
      workflows.set(name, DBOS.registerWorkflow(run, { name }));
    },
    async launch() {
      signal.throwIfAborted();
      await DBOS.launch().catch(async (cause: unknown) => {
        await DBOS.shutdown().catch(() => {}); // else it stays half open, and a second launch does nothing
        throw new TaoceptionError("durable-unavailable", `durable work cannot begin: ${explain(cause)}`, {
          cause,
          retryable: true,
        });
      });
      launched = true;
      await tellStranded({ executorId, applicationVersion, logger });
    },
    async start(name, id, input) {
      open();
      const workflow = workflows.get(name);
      if (!workflow) throw new TaoceptionError("no-workflow", `there is no workflow ${name}`);
      const handle = await DBOS.startWorkflow(workflow, { workflowID: id })(input);
      const result = handle.getResult().finally(() => local.delete(id));
      result.catch(() => {}); // whoever asks for the result gets the failure
      local.set(id, result);
    },
    async result(id) {
      open();
      try {
        return await (local.has(id) ? orClosing(id, local.get(id)) : storedResult(id));
      } catch (error) {
        throw failureOf(error);
      }
    },
    async unfinished() {
      open();
      const found = await DBOS.listWorkflows({
        status: ["PENDING", "ENQUEUED"],
        executorId,
        applicationVersion,
        loadInput: false,
        loadOutput: false,
      });
      return found.map(({ workflowID, workflowName }) => ({ id: workflowID, name: workflowName }));
    },
    async forget(id) {
      open();
      const status = await DBOS.getWorkflowStatus(id);
      if (!status) return;
      if (!ENDED.has(status.status))
        throw new TaoceptionError("still-running", `${id} has not ended, and is not forgotten`);
      await DBOS.deleteWorkflow(id, true);
    },
    async [Symbol.asyncDispose]() {
      signal.removeEventListener("abort", onAbort);
      await closeOnce();
    },
  };
}
