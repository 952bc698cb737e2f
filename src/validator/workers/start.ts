import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openDurable } from "../../durable/index.ts";
import { openJudge } from "../../evaluation/index.ts";
import { type ModelConfiguration, openModel } from "../../llm/index.ts";
import {
  blobsOver,
  type Logger,
  openBlobs,
  Secret,
  systemClock,
  TaoceptionError,
} from "../../platform/index.ts";
import { answersAt, type Environment, indexUrl } from "../../pypi/index.ts";
import { openSandbox, sandboxChoice } from "../../sandbox/index.ts";
import { WORKFLOWS_VERSION } from "../rounds.ts";
import { EVALUATION, type Job, openEvaluator, QUEUE } from "./evaluator.ts";

/** Where a validator tells its workers, in its home, how they reach the queue. Only its user can read it. */
export const QUEUE_FILE = "queue";

/** What a worker is told; every path absolute. */
export interface WorkerOptions {
  /** The validator's home. */
  home: string;
  cache: string;
  /** No two living workers of a validator have the same. */
  name: string;
  /** The folder that takes the place of every package. */
  path?: string;
  offline?: boolean;
  uv: string;
  /** The person's environment: for the index's address and the sandbox, and nothing else. */
  environment: Environment;
  model: ModelConfiguration;
}

/**
 * Take evaluations from a validator's queue until the signal aborts. What it has begun by then is done by whoever
 * works the queue next. TaoceptionError `no-queue` when there is no validator of that home.
 */
export async function startWorker(
  options: WorkerOptions,
  {
    onReady,
    logger,
    signal,
  }: { onReady: (ready: { port: 0; worker: string }) => void; logger: Logger; signal: AbortSignal },
): Promise<void> {
  const { home, cache, name, uv, environment } = options;
  const clock = systemClock;
  const url = await readFile(join(home, QUEUE_FILE), "utf8").catch((cause: unknown) => {
    throw new TaoceptionError("no-queue", `no validator runs in ${home}`, {
      mend: "start it first, by `taoception up` or `taoception validator`",
      cause,
    });
  });
  await using sandbox = await openSandbox(sandboxChoice(environment));
  const shared = openBlobs(join(cache, "blobs"));
  const blobs = blobsOver(openBlobs(join(home, "blobs")), shared);
  const index = await indexUrl(uv, environment);
  const offline = options.offline || !(await answersAt(index));
  const { model } = await openModel(options.model);
  const judge = model ? openJudge({ model, signal }) : undefined;
  signal.throwIfAborted();
  const tools = { sandbox, blobs: shared, cache, uv, index, clock, logger, offline, signal };
  await using evaluator = openEvaluator(tools, { blobs, judge, folder: options.path });
  await using durable = await openDurable({
    connection: new Secret(url.trim()),
    executorId: name,
    applicationVersion: WORKFLOWS_VERSION,
    queue: { name: QUEUE, role: "works" },
    migrate: false,
    ...{ clock, logger, signal },
  });
  durable.register(EVALUATION, (job: Job, { step }) => step("judge", evaluator.evaluate, job));
  await durable.launch();
  onReady({ port: 0, worker: name });
  const told = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => told.resolve(), { once: true });
  if (signal.aborted) told.resolve();
  await Promise.race([told.promise, durable.lost]);
}
