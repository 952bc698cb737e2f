import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openChain, publishAxon, registeredIn } from "../bittensor/index.ts";
import { openDurable } from "../durable/index.ts";
import { openJudge, sealReceipt, versionsOf } from "../evaluation/index.ts";
import { openModel } from "../llm/index.ts";
import {
  blobsOver,
  explain,
  holdHome,
  type Launcher,
  type Logger,
  openBlobs,
  Secret,
  serveTelemetry,
  systemClock,
  writeAtomically,
} from "../platform/index.ts";
import type { Event } from "../protocol/index.ts";
import { answersAt, cachedPackages, indexUrl, rankedPackages } from "../pypi/index.ts";
import { standardPackages, testLimits } from "../python/index.ts";
import { openSandbox, sandboxChoice } from "../sandbox/index.ts";
import { createWorkerRole, openPostgres, openStorage } from "../storage/index.ts";
import { openBeat } from "./beat.ts";
import { closable } from "./closable.ts";
import { listMiners, minersOf, openNeurons, openSender } from "./neurons.ts";
import type { ValidatorOptions } from "./options.ts";
import { partsThatAreOff } from "./parts.ts";
import { registerWork, WORKFLOWS_VERSION, work } from "./rounds.ts";
import { openSample } from "./sample.ts";
import { drawSecret } from "./secret.ts";
import { serveMiners } from "./serve.ts";
import { openStages } from "./stages/index.ts";
import { tellEvents } from "./tellEvents.ts";
import { askForEvaluation } from "./workers/ask.ts";
import { employ } from "./workers/employ.ts";
import { EVALUATION, type Job, openEvaluator, QUEUE } from "./workers/evaluator.ts";
import { openDoorTo } from "./workers/queueFile.ts";
import { openWorkshop } from "./workshop.ts";

/** Patches that this process judges at the same time, where there are no workers. */
const AT_ONCE = 2;

/**
 * Run a validator until its rounds are over or the signal aborts. `onReady` is told the port once it serves,
 * `onEvent` every event of the record in its order, the last one before this resolves.
 */
export async function startValidator(
  options: ValidatorOptions,
  {
    onReady,
    onEvent,
    launcher,
    logger,
    signal: stop,
  }: {
    onReady: (ready: { port: number; hotkey: string; metrics?: string }) => void;
    onEvent: (event: Event) => void;
    /** How workers are started. */
    launcher: Launcher;
    logger: Logger;
    signal: AbortSignal;
  },
): Promise<void> {
  const { home, cache, netuid, deadlineMs, local, legacy, workers } = options;
  const clock = systemClock;
  const startedAt = clock.now();
  const { keypair } = options;
  const hotkey = keypair.address;
  await mkdir(home, { recursive: true, mode: 0o700 });
  await using _held = await holdHome(home);
  await using postgres = await openPostgres({
    home,
    logger,
    signal: stop,
    ...(options.databaseUrl === undefined ? {} : { databaseUrl: new Secret(options.databaseUrl) }),
  });
  await using storage = await openStorage({ connection: postgres.connection, clock, logger });
  const after = options.after ?? (await storage.head()).seq;
  let judging = 0;
  const counted =
    options.metrics &&
    (await import("./metrics.ts")).openMetrics({
      workers,
      head: async () => (await chain.head()).number,
      judging: () => judging,
    });
  const { seq: before } = await storage.head();
  await using _told = tellEvents(after, storage, (event) => {
    onEvent(event);
    if (event.seq > before) counted?.count(event); // those of earlier runs were counted then
  });
  const journal = closable(storage);

  stop.throwIfAborted();
  await using sandbox = await openSandbox(sandboxChoice(options.environment));
  const shared = openBlobs(join(cache, "blobs"));
  const blobs = blobsOver(openBlobs(join(home, "blobs")), shared);
  const index = await indexUrl(options.uv, options.environment);
  const offline = options.offline || !(await answersAt(index));
  stop.throwIfAborted();
  const opened = await openModel(options.model);
  const judge = opened.model ? openJudge({ model: opened.model, signal: stop }) : undefined;
  const tools = { sandbox, blobs: shared, cache, uv: options.uv, index, clock, logger };
  const preparing = { ...tools, offline, signal: stop };
  const workshop = openWorkshop(preparing, { blobs, folder: options.path });
  await using evaluator = openEvaluator(preparing, { blobs, judge, folder: options.path });
  const versions = versionsOf(sandbox);

  const chain = openChain({ url: options.chain, netuid, clock, signal: stop });
  const neurons = openNeurons(netuid, { chain, clock });
  const portFile = join(home, "port");
  const last = Number(await readFile(portFile, "utf8").catch(() => "0"));
  const serving = {
    keypair,
    host: options.host,
    legacy,
    admit: async (sender: string) => (await neurons()).neurons.some((each) => each.hotkey === sender),
  };
  const world = { journal, blobs, clock, startedAt, logger };
  await using server = await serveMiners({ ...serving, port: options.port || last }, world).catch(
    (error: unknown) => {
      if (options.port !== 0) throw error;
      return serveMiners({ ...serving, port: 0 }, world); // somebody else has it now
    },
  );
  await writeAtomically(portFile, String(server.port));
  const host = options.external.host ?? server.host;
  const port = options.external.port ?? server.port;
  await publishAxon({ netuid, host, port }, keypair, { chain, clock, logger, signal: stop });

  const onePackage = options.package !== undefined || options.path !== undefined;
  const ranked = await rankedPackages();
  const listed = offline ? await cachedPackages(ranked, cache) : ranked;
  const standard = onePackage ? [] : await standardPackages(preparing);
  await using durable = await openDurable({
    connection: postgres.connection,
    executorId: `validator-${hotkey}`,
    applicationVersion: WORKFLOWS_VERSION,
    queue: { name: QUEUE, ...(workers === 0 ? { role: "both", atOnce: AT_ONCE } : { role: "asks" }) },
    atOnce: Math.max(AT_ONCE, 2 * workers), // the queue is never empty while a worker is free
    clock,
    logger,
    signal: stop,
  });
  const askToEvaluate = askForEvaluation({ queued: durable, blobs, versions });
  const stages = openStages({
    journal,
    clock,
    startedAt,
    signal: stop,
    sample: openSample(
      {
        list: [...listed, ...standard],
        secret: await drawSecret(home),
        ...(options.path !== undefined
          ? { only: { name: options.path, version: null } }
          : options.package
            ? { only: options.package }
            : {}),
      },
      { chain },
    ),
    work: workshop,
    async evaluatePatch(...asked) {
      judging += 1;
      try {
        return await askToEvaluate(...asked);
      } finally {
        judging -= 1;
      }
    },
    sealReceipt: (patch, task, graded, about) =>
      sealReceipt(patch, task, graded, { keypair, at: clock.now(), ...about }),
    miners: {
      listMiners: listMiners(hotkey, neurons),
      sendChallenge: openSender(keypair, { local, legacy, clock, signal: stop }),
      deadlineMs,
      returnAddress: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    },
  });
  const earns = options.setsWeights && (local || options.wireEarns);
  const burn = options.setsWeights && options.burn;
  registerWork(stages, openBeat({ netuid, keypair, burn, earns }, { journal, chain, clock }), durable);
  durable.register(EVALUATION, (job: Job, { step }) => step("judge", evaluator.evaluate, job));

  const miners = minersOf(await neurons(), hotkey).map((each) => ({
    hotkey: each.hotkey,
    name: options.names[each.hotkey] ?? each.hotkey.slice(0, 8),
  }));
  // Before `ready`: who reads that line may ask /healthz at once.
  await using telemetry =
    counted && options.metrics
      ? await serveTelemetry(options.metrics, {
          registry: counted.registry,
          looks: {
            chain: () => chain.head(),
            registration: async () => registeredIn(await chain.metagraph(netuid), hotkey),
            record: () => storage.head(),
            sandbox: (until) => sandbox.run({ argv: ["/bin/true"], limits: testLimits }, { signal: until }),
            disk: () => writeAtomically(join(home, "looked"), ""),
          },
          clock,
        })
      : null;
  await journal.append({ type: "ready", netuid, hotkey, miners });
  const off = partsThatAreOff({ ...options, offline, earns, judge: opened.model ? null : opened.reason });
  for (const note of off) await journal.append({ type: "note", ...note });
  onReady({ port: server.port, hotkey, ...(telemetry ? { metrics: telemetry.origin } : {}) });

  const onNote = (text: string) =>
    void journal
      .append({ type: "note", level: "warn", text })
      .catch((error: unknown) => logger.warn({ error }, text));
  let ended = 0;
  let reason = "stopped";
  try {
    await durable.launch();
    await using _door = await openDoorTo(home, () => createWorkerRole({ connection: postgres.connection }), {
      needed: workers > 0,
      logger,
    });
    const { path } = options;
    await using _employed = employ(
      { count: workers, home, cache, path, offline },
      { launcher, durable, clock, logger, onNote },
    );
    const { rounds } = options;
    const running = { journal, durable, chain, clock, logger, signal: stop };
    ended = await work({ netuid, onePackage, ...(rounds === undefined ? {} : { rounds }) }, running);
    if (!stop.aborted) reason = "all rounds are over";
  } catch (error) {
    if (!stop.aborted) {
      reason = explain(error).slice(0, 500);
      throw error;
    }
  } finally {
    // the end is the last word of a run: whatever may still write has ended before, or is refused
    await server[Symbol.asyncDispose]();
    await journal.close();
    await storage.append({ type: "end", rounds: ended, reason });
  }
}
