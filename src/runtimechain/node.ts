import { type Clock, TaoceptionError } from "../platform/index.ts";
import {
  type Block,
  blake2_256,
  buildBlock,
  CODE,
  call,
  compile,
  genesisState,
  get,
  type Host,
  headerHash,
  orderedRoot,
  type Runtime,
  type RuntimeVersion,
  readScale,
  readValidity,
  type Spec,
  type State,
  stateRoot,
  twox,
  versionOf,
} from "../runtime/index.ts";
import { type Blocks, hex, openBlocks } from "./blocks.ts";
import { type Fate, isLast, openPool } from "./pool.ts";

/** Extrinsics that wait at most. */
const MOST_WAITING = 1_024;
/** For how many blocks one may wait. */
const PATIENCE = 256;
/** How far time goes from block to block under a runtime that has no slots. */
const USUAL_STEP_MS = 6_000;
/**
 * A block is final once so many come after it. Clients that were made for networks lose a block that is final before
 * they have read it.
 */
const FINAL_AFTER = 2;
const EXTERNAL = 2;

/** A chain of one node over a real runtime. Everything is in memory. */
export interface RuntimeNode {
  readonly spec: Spec;
  readonly blocks: Blocks;
  runtimeOf(block: Block): { runtime: Runtime; version: RuntimeVersion };
  /** Call a method of the runtime on the state after a block; what it writes is forgotten. */
  call(block: Block, method: string, input: Uint8Array): Uint8Array;
  /** Whether an extrinsic that waits gives this tag. */
  waitsFor(tag: string): boolean;
  /**
   * Take an extrinsic, with its length before it; its hash. `watch` hears how it goes on, first whether it is ready.
   * TaoceptionError `bad-extrinsic`, whose cause is a `Refusal`.
   */
  submit(extrinsic: Uint8Array, watch?: (fate: Fate) => void): string;
  /** Make the next block of what is ready, final at once if wanted. TaoceptionErrors of the runtime. */
  produce(options?: { finalize?: boolean }): Block;
  /** Hear of every block once it is the head, and of blocks that are final by it; gives what ends it. */
  onBlock(hear: (block: Block, final: readonly Block[]) => void): () => void;
}

/** Why an extrinsic was not taken, as nodes number and word it. */
export interface Refusal {
  code: number;
  message: string;
  data?: string;
}

/** A chain at its block 0. TaoceptionErrors: those of the runtime room. */
export function openNode(
  spec: Spec,
  { host, clock, mostWaiting = MOST_WAITING }: { host: Host; clock: Clock; mostWaiting?: number },
): RuntimeNode {
  const runtimes = new WeakMap<Uint8Array, { runtime: Runtime; version: RuntimeVersion }>();
  function runtimeIn(state: State) {
    const code = get(state, CODE);
    if (code === undefined) throw new TaoceptionError("bad-runtime", "the state has no :code");
    const known = runtimes.get(code);
    if (known) return known;
    const runtime = compile(code);
    const made = { runtime, version: versionOf(runtime, host) };
    runtimes.set(code, made);
    return made;
  }

  const state = genesisState(compile(spec.code), spec, host);
  const blocks = openBlocks(firstBlock(state, runtimeIn(state).version));
  const { runtime: first } = runtimeIn(state);
  const slotMs = slotOf(first, { state, host });
  const pool = openPool();
  const watchers = new Map<string, (fate: Fate) => void>();
  const hearers = new Set<(block: Block, final: readonly Block[]) => void>();
  const included = new Map<Block, string[]>();
  let time = timeIn(state);

  const callAt = (block: Block, method: string, input: Uint8Array) =>
    call(runtimeIn(block.state).runtime, { state: block.state, method, input }, host).output;
  function settle(hash: string, fate: Fate) {
    watchers.get(hash)?.(fate);
    if (isLast(fate)) watchers.delete(hash);
  }

  return {
    spec,
    blocks,
    runtimeOf: (block) => runtimeIn(block.state),
    call: callAt,
    waitsFor: (tag) => pool.giver(tag) !== undefined,

    submit(extrinsic, watch) {
      const hash = hex(blake2_256(extrinsic));
      if (pool.has(hash)) throw refused({ code: 1013, message: "Transaction is already imported" });
      if (pool.size() >= mostWaiting)
        throw refused({ code: 1016, message: "Immediately Dropped", data: "the pool is full" });
      const head = blocks.head();
      const input = Buffer.concat([Uint8Array.of(EXTERNAL), extrinsic, head.hash]);
      const validity = readValidity(callAt(head, "TaggedTransactionQueue_validate_transaction", input));
      if ("invalid" in validity)
        throw refused(
          validity.kind === "invalid"
            ? { code: 1010, message: "Invalid Transaction", data: validity.invalid }
            : { code: 1011, message: "Unknown Transaction Validity", data: validity.invalid },
        );
      const { priority, requires, provides, longevity } = validity;
      const rivals = new Set(provides.flatMap((tag) => pool.giver(tag) ?? []));
      for (const rival of rivals)
        if (rival.priority >= priority)
          throw refused({
            code: 1014,
            message: "Priority is too low",
            data: `(${rival.priority} vs ${priority})`,
          });
      for (const rival of rivals) {
        pool.remove(rival.hash);
        settle(rival.hash, "dropped");
      }
      const until = head.header.number + (longevity < PATIENCE ? Number(longevity) : PATIENCE);
      pool.add({ hash, bytes: extrinsic, priority, requires: new Set(requires), provides, until });
      if (watch) watchers.set(hash, watch);
      settle(hash, requires.every((tag) => pool.giver(tag)) ? "ready" : "future");
      return hash;
    },

    produce({ finalize = false } = {}) {
      const parent = blocks.head();
      const ready = pool.ready();
      const next = Math.max(clock.now(), time + (slotMs ?? USUAL_STEP_MS));
      const { runtime } = runtimeIn(parent.state);
      const offered = ready.map(({ bytes }) => bytes);
      const {
        block,
        refused: bad,
        left,
      } = buildBlock(runtime, parent, { time: next, slotMs, offered }, host);
      time = next;
      blocks.append(block);
      const wait = new Set(left);
      const done = ready.filter((_, index) => !bad.has(index) && !wait.has(index));
      for (const { hash } of done) {
        pool.included(hash);
        settle(hash, { inBlock: hex(block.hash) });
      }
      for (const index of bad.keys()) {
        const { hash = "" } = ready[index] ?? {};
        pool.remove(hash);
        settle(hash, "invalid");
      }
      for (const hash of pool.expire(block.header.number)) settle(hash, "dropped");
      included.set(
        block,
        done.map(({ hash }) => hash),
      );
      const final = blocks.finalize(block.header.number - (finalize ? 0 : FINAL_AFTER));
      for (const hear of [...hearers]) hear(block, final);
      for (const one of final) {
        for (const hash of included.get(one) ?? []) settle(hash, { finalized: hex(one.hash) });
        included.delete(one);
      }
      return block;
    },

    onBlock(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
  };
}

function firstBlock(state: State, { stateVersion }: RuntimeVersion): Block {
  const header = {
    parentHash: new Uint8Array(32),
    number: 0,
    stateRoot: stateRoot(state, stateVersion),
    extrinsicsRoot: orderedRoot([], stateVersion),
    digest: [],
  };
  return { hash: headerHash(header), header, extrinsics: [], state };
}

/** How long Aura's slots are, in milliseconds; nothing under a runtime without Aura. */
function slotOf(runtime: Runtime, { state, host }: { state: State; host: Host }): number | undefined {
  if (!runtime.methods.has("AuraApi_slot_duration")) return undefined;
  const input = new Uint8Array();
  return Number(
    readScale(call(runtime, { state, method: "AuraApi_slot_duration", input }, host).output).u64(),
  );
}

/** The time that a state holds (`Timestamp.Now`), in milliseconds; 0 before the first block. */
function timeIn(state: State): number {
  const [pallet, name] = [twox(Buffer.from("Timestamp"), 128), twox(Buffer.from("Now"), 128)];
  const now = get(state, Buffer.concat([pallet, name]).toString("hex"));
  return now ? Number(readScale(now).u64()) : 0;
}

function refused(refusal: Refusal): TaoceptionError {
  const why = refusal.data ? `${refusal.message}: ${refusal.data}` : refusal.message;
  return new TaoceptionError("bad-extrinsic", `the extrinsic is refused: ${why}`, { cause: refusal });
}
