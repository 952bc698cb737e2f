import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, type Logger, openLogger, systemClock, TaoceptionError } from "../platform/index.ts";
import type { Hash } from "../protocol/index.ts";
import { beaconSeed, beaconTerms, openBeacon } from "./beacon.ts";
import { beaconPage } from "./beaconPages.ts";
import { createLog, openLog } from "./blockLog.ts";
import { readGenesis } from "./genesis.ts";
import { openHeight } from "./height.ts";
import { holdFolder } from "./lock.ts";
import { chainMethods } from "./methods.ts";
import { type ChainNode, openNode } from "./node.ts";
import { replay } from "./replay.ts";
import { type RpcLimits, serveRpc } from "./serve.ts";

/** A chain that runs in this process. */
export interface LocalChain {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, as `openChain` takes it. */
  readonly url: string;
  readonly genesisHash: Hash;
  /** Resolves when the chain has ended because it was told to; rejects when it could not go on. */
  readonly ended: Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Start the chain of a folder: make it from `genesis`, or replay its log and go on. It ends when `signal` aborts,
 * once the block that is being written is on disk. TaoceptionErrors: `bad-genesis`, `other-genesis`, `home-in-use`,
 * `corrupt-log`, `other-beacon`, `cannot-listen`.
 */
export async function startLocalChain(options: {
  /** See `Genesis`; untrusted. */
  genesis: unknown;
  /** The chain's own folder. */
  home: string;
  /** Time between two blocks. */
  blockMs?: number;
  /** 0 takes a free one. */
  port?: number;
  signal?: AbortSignal;
  clock?: Clock;
  logger?: Logger;
  limits?: Partial<RpcLimits>;
}): Promise<LocalChain> {
  const {
    home,
    blockMs = 500,
    port = 0,
    clock = systemClock,
    logger = openLogger("chain"),
    limits = {},
  } = options;
  const genesis = readGenesis(options.genesis);
  options.signal?.throwIfAborted();
  await using opened = new AsyncDisposableStack();
  opened.use(await holdFolder(home));
  const path = join(home, "blocks.jsonl");
  const seedPath = join(home, "beacon.seed");
  const seed = await beaconSeed(seedPath);
  if (!(await exists(path))) {
    const time = clock.now();
    await createLog(path, { number: 0, parent: null, time, genesis, beacon: beaconTerms(seed, time) });
  }
  const replayed = await replay(path, genesis, {
    onTorn: (bytes) => logger.warn({ bytes }, "a block that was cut off while it was written is dropped"),
  });
  const height = opened.use(openHeight(join(home, "height")));
  const log = opened.use(await openLog(path));
  const { time, beacon: terms = beaconTerms(seed, time) } = replayed.first;
  const beacon = openBeacon({ seed, terms, path: seedPath }, { clock });
  const node = openNode(replayed, { log, height, clock, beacon });
  const methods = chainMethods(node, { blockMs, beacon: terms });
  const pages = (page: string) => beaconPage(page, beacon);
  const server = opened.use(await serveRpc(methods, { port, logger, limits, pages }));

  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const running = opened.move();
  const ended = makeBlocks(node, { blockMs, clock, signal }).finally(() => running.disposeAsync());
  ended.catch(() => {}); // whoever awaits `ended` is told; that nobody does is no failure of its own
  return {
    port: server.port,
    url: `http://127.0.0.1:${server.port}`,
    genesisHash: node.genesisHash,
    ended,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await ended.catch(() => {});
    },
  };
}

/** A block every `blockMs`, until the signal aborts. Blocks that are late are not made up for. */
async function makeBlocks(
  node: ChainNode,
  { blockMs, clock, signal }: { blockMs: number; clock: Clock; signal: AbortSignal },
): Promise<void> {
  let next = clock.now() + blockMs;
  while (!signal.aborted) {
    const wait = Math.min(blockMs, next - clock.now());
    if (wait > 0) await clock.sleep(wait, signal).catch(() => {});
    if (signal.aborted) return;
    await node.produce();
    next = Math.max(next + blockMs, clock.now());
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return false;
      throw new TaoceptionError("chain-log", `${path} cannot be read`, { cause });
    },
  );
}
