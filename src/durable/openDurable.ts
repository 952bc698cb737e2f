import { AsyncLocalStorage } from "node:async_hooks";
import { DBOS } from "@dbos-inc/dbos-sdk";
import { type Clock, explain, type Logger, type Secret, TaoceptionError } from "../platform/index.ts";
import { failureOf } from "./failure.ts";
import { holdLease, type Lease } from "./lease.ts";
import { openPool } from "./pool.ts";
import { type Adopted, openAdoption, openQueue, type QueueOptions } from "./queue.ts";
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
  /**
   * Put a workflow into the queue, for whichever process works it; one whose id was put before is not put again.
   * Unlike `start` it may be called in a step: the step is not over before it has the `result`, and asks again
   * by the same id.
   */
  enqueue(name: string, id: string, input: unknown): Promise<void>;
  /** Put what a process that is gone had taken from the queue into it again. To be called now and then. */
  adopt(): Promise<Adopted[]>;
  /** Rejects when this process may work no more: the database refuses it. */
  readonly lost: Promise<never>;
  /** Wait for a workflow's output; throws what it threw, TaoceptionError `given-up` where processes died of it. */
  result(id: string): Promise<unknown>;
  /** Workflows of this executor and version that have not ended; not what is in the queue. */
  unfinished(): Promise<Unfinished[]>;
  /** Delete a workflow that has ended, with its steps. Unknown ones are fine; a running one is refused. */
  forget(id: string): Promise<void>;
  /** Delete all that was ever put into the queue under ids that begin so, ended or not. */
  forgetQueued(prefix: string): Promise<void>;
  /** Stop: nothing is begun any more, steps that run get up to `drainMs`; what is unfinished goes on at the next launch. */
  [Symbol.asyncDispose](): Promise<void>;
}

const RESULT_POLL_MS = 100;
const ENDED = new Set(["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]);

/**
 * Durable work over a Postgres database (its own schema, `dbos`). One at a time in a process.
 * `executorId` must be the same whenever this process starts again, and no two live processes share it: a second
 * one would run the first one's steps once more, and is refused. Raise `applicationVersion` when a workflow's order of
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
  /** The queue, for a process that has to do with one. */
  queue?: QueueOptions;
  /** How many steps of `each` run at a time, where it is not said there. */
  atOnce?: number;
  /** False for a process whose database role may not make tables: another one has made them. */
  migrate?: boolean;
  /** How long closing waits for steps that run, in milliseconds. */
  drainMs?: number;
  /** The process's own: what steps throw because of it must not count as their failure. */
  signal: AbortSignal;
}): Promise<Durable> {
  const { connection, executorId, applicationVersion, clock, logger, signal } = options;
  const { tries = { times: 10, firstMs: 500 }, drainMs = 5_000, migrate = true, queue, atOnce = 2 } = options;
  if (DBOS.isInitialized())
    throw new TaoceptionError("durable-in-use", "durable work is open in this process already");
  const closing = new AbortController();
  const pool = openPool({ connection, logger });
  const outside = AsyncLocalStorage.snapshot(); // DBOS starts no workflow in a step; see `enqueue`
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
    listenQueues: queue && queue.role !== "asks" ? [queue.name] : [],
  });
  const gone = new AbortController();
  const running = new Set<Promise<unknown>>();
  const steps = openSteps({ clock, tries, closing: closing.signal, closed: gone.signal, running, atOnce });
  const workflows = new Map<string, (input: unknown) => Promise<unknown>>();
  const local = new Map<string, Promise<unknown>>();
  const adopt = queue && openAdoption(queue.name, { executorId, pool, logger });
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {}); // whoever cares awaits it
  let lease: Lease | undefined;
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
    await lease?.[Symbol.asyncDispose]();
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
      if (status.status === "CANCELLED")
        throw new TaoceptionError("given-up", `the processes that worked on ${id} died, one after the other`);
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
      lease = await holdLease(executorId, { connection, clock, logger });
      lease.lost.catch(lost.reject);
      await DBOS.launch().catch(async (cause: unknown) => {
        await DBOS.shutdown().catch(() => {}); // else it stays half open, and a second launch does nothing
        throw new TaoceptionError("durable-unavailable", `durable work cannot begin: ${explain(cause)}`, {
          cause,
          retryable: true,
        });
      });
      if (queue && queue.role !== "works") await openQueue(queue);
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
    async enqueue(name, id, input) {
      open();
      const workflow = workflows.get(name);
      if (!workflow || !queue) throw new TaoceptionError("no-workflow", `${name} cannot be put into a queue`);
      await outside(() => DBOS.startWorkflow(workflow, { workflowID: id, queueName: queue.name })(input));
    },
    async adopt() {
      open();
      return adopt ? adopt() : [];
    },
    lost: lost.promise,
    async result(id) {
      open();
      try {
        return await (local.has(id) ? orClosing(id, local.get(id)) : outside(() => storedResult(id)));
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
      return found
        .filter(({ queueName }) => queueName === undefined || queueName !== queue?.name)
        .map(({ workflowID, workflowName }) => ({ id: workflowID, name: workflowName }));
    },
    async forget(id) {
      open();
      const status = await DBOS.getWorkflowStatus(id);
      if (!status) return;
      if (!ENDED.has(status.status))
        throw new TaoceptionError("still-running", `${id} has not ended, and is not forgotten`);
      await DBOS.deleteWorkflow(id, true);
    },
    async forgetQueued(prefix) {
      open();
      const found = await DBOS.listWorkflows({
        workflow_id_prefix: prefix,
        queueName: queue?.name ?? "",
        loadInput: false,
        loadOutput: false,
      });
      if (found.length > 0) await DBOS.deleteWorkflows(found.map(({ workflowID }) => workflowID));
    },
    async [Symbol.asyncDispose]() {
      signal.removeEventListener("abort", onAbort);
      await closeOnce();
    },
  };
}
