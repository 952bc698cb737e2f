import { join } from "node:path";
import { openDurable } from "../../durable/index.ts";
import { openJudge } from "../../evaluation/index.ts";
import { type ModelConfiguration, openModel } from "../../llm/index.ts";
import { blobsOver, type Logger, openBlobs, systemClock } from "../../platform/index.ts";
import { answersAt, type Environment, indexUrl } from "../../pypi/index.ts";
import { openSandbox, sandboxChoice } from "../../sandbox/index.ts";
import { WORKFLOWS_VERSION } from "../rounds.ts";
import { EVALUATION, type Job, openEvaluator, QUEUE } from "./evaluator.ts";
import { readQueueFile } from "./queueFile.ts";

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
  const connection = await readQueueFile(home);
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
    connection,
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
