import { encodeAddress, verifySignature } from "../bittensor/index.ts";
import { type Clock, type Logger, openLogger, systemClock } from "../platform/index.ts";
import { type Host, type RuntimeVersion, readSpec } from "../runtime/index.ts";
import { hex } from "./blocks.ts";
import { nodeMethods } from "./methods/methods.ts";
import { openNode, type RuntimeNode } from "./node.ts";
import { serveWire, type WireLimits } from "./serve.ts";

/** A chain over a real runtime that runs in this process. */
export interface RuntimeChain {
  readonly port: number;
  /** `ws://127.0.0.1:<port>`. */
  readonly url: string;
  readonly genesisHash: string;
  /** What the runtime of block 0 tells of itself. */
  readonly version: RuntimeVersion;
  readonly node: RuntimeNode;
  /** Resolves when the chain has ended because it was told to; rejects when it could not go on. */
  readonly ended: Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Start a chain from what a user gives: see `readSpec`. It ends when `signal` aborts, and nothing of it stays.
 * TaoceptionErrors: those of the runtime room, `cannot-listen`.
 */
export async function startRuntimeChain(options: {
  /** The file's contents; untrusted. */
  runtime: Uint8Array;
  /** Time between two blocks; 0 makes them only when `engine_createBlock` asks. */
  blockMs?: number;
  /** 0 takes a free one. */
  port?: number;
  signal?: AbortSignal;
  clock?: Clock;
  logger?: Logger;
  limits?: Partial<WireLimits>;
}): Promise<RuntimeChain> {
  const { blockMs = 500, port = 0, clock = systemClock, logger = openLogger("chain"), limits = {} } = options;
  options.signal?.throwIfAborted();
  const host: Host = {
    verify: (scheme, message, signature, publicKey) =>
      verifySignature(scheme, message, signature, encodeAddress(publicKey)),
    say: ({ level, target, text }) => logger.debug({ level, target }, text),
  };
  const node = openNode(readSpec(options.runtime), { host, clock });
  const server = await serveWire(nodeMethods(node), { port, logger, limits });
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const ended = makeBlocks(node, { blockMs, clock, signal }).finally(() => server[Symbol.asyncDispose]());
  ended.catch(() => {}); // whoever awaits `ended` is told; that nobody does is no failure of its own
  return {
    port: server.port,
    url: `ws://127.0.0.1:${server.port}`,
    genesisHash: hex(node.blocks.genesis.hash),
    version: node.runtimeOf(node.blocks.genesis).version,
    node,
    ended,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await ended.catch(() => {});
    },
  };
}

/** A block every `blockMs`, until the signal aborts. After a late one the next keeps half the distance at least. */
async function makeBlocks(
  node: RuntimeNode,
  { blockMs, clock, signal }: { blockMs: number; clock: Clock; signal: AbortSignal },
): Promise<void> {
  if (blockMs === 0) {
    if (!signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    return;
  }
  let next = clock.now() + blockMs;
  while (!signal.aborted) {
    await clock.sleep(Math.max(1, Math.min(blockMs, next - clock.now())), signal).catch(() => {});
    if (signal.aborted) return;
    node.produce();
    next = Math.max(next + blockMs, clock.now() + blockMs / 2);
  }
}
