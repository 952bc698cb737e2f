import { TaoceptionError } from "../platform/index.ts";
import { call, type Host, type Runtime } from "./call.ts";
import { auraSlot, decodeHeader, encodeHeader, type Header, headerHash } from "./header.ts";
import { compact, concat, readScale, u64, vec } from "./scale.ts";
import type { State } from "./trie.ts";
import { EXHAUSTS, readApplied } from "./validity.ts";

/** A block that was made: its header's roots are the genuine ones; it is not sealed. */
export interface Block {
  hash: Uint8Array;
  header: Header;
  /** Inherents first; each with its length before it, as in a block's body. */
  extrinsics: Uint8Array[];
  state: State;
}

export interface Built {
  block: Block;
  /** Of those offered: by their index, why they cannot be in any block now. */
  refused: Map<number, string>;
  /** Of those offered: indexes of those that found no room. */
  left: number[];
}

/** Once so many found no room, the block is full: no more are tried, as in a node. */
const TRIES = 8;
const NO_ROOT = new Uint8Array(32);

/**
 * Make the block after `parent`. The state must be the parent's. `time` is in milliseconds, at least a slot after the
 * parent's. An extrinsic at which the runtime traps is refused; what it wrote is forgotten. TaoceptionErrors of `call`.
 */
export function buildBlock(
  runtime: Runtime,
  parent: { hash: Uint8Array; header: Header; state: State },
  { time, slotMs, offered }: { time: number; slotMs: number | undefined; offered: readonly Uint8Array[] },
  host: Host,
): Built {
  let state = parent.state;
  const run = (method: string, input: Uint8Array) => {
    const done = call(runtime, { state, method, input }, host);
    state = done.state;
    return done.output;
  };
  const header: Header = {
    parentHash: parent.hash,
    number: parent.header.number + 1,
    stateRoot: NO_ROOT,
    extrinsicsRoot: NO_ROOT,
    digest: slotMs === undefined ? [] : [auraSlot(BigInt(Math.floor(time / slotMs)))],
  };
  run("Core_initialize_block", encodeHeader(header));
  const inherents = readScale(run("BlockBuilder_inherent_extrinsics", inherentData(time)));
  const extrinsics = inherents.list(() => vec(inherents.vec()));
  for (const inherent of extrinsics) {
    const applied = readApplied(run("BlockBuilder_apply_extrinsic", inherent));
    if (!applied.included)
      throw new TaoceptionError("bad-inherent", `the runtime refuses its own inherent: ${applied.invalid}`);
  }
  const refused = new Map<number, string>();
  const left: number[] = [];
  for (const [index, extrinsic] of offered.entries()) {
    const why = left.length < TRIES ? apply(extrinsic, run) : EXHAUSTS;
    if (why === undefined) extrinsics.push(extrinsic);
    else if (why === EXHAUSTS) left.push(index);
    else refused.set(index, why);
  }
  const made = decodeHeader(run("BlockBuilder_finalize_block", new Uint8Array()));
  return { block: { hash: headerHash(made), header: made, extrinsics, state }, refused, left };
}

/** Why an extrinsic is not in the block, or nothing if it is. */
function apply(
  extrinsic: Uint8Array,
  run: (method: string, input: Uint8Array) => Uint8Array,
): string | undefined {
  try {
    const applied = readApplied(run("BlockBuilder_apply_extrinsic", extrinsic));
    return applied.included ? undefined : applied.invalid;
  } catch (error) {
    if (error instanceof TaoceptionError) return error.message;
    throw error;
  }
}

/** What the block's author tells the runtime: the time (`sp_inherents::InherentData`). */
function inherentData(time: number): Uint8Array {
  return concat([compact(1), Buffer.from("timstap0"), vec(u64(BigInt(time)))]);
}
