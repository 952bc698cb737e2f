import { TaoceptionError } from "../../platform/index.ts";
import { CommitTerms } from "../chain/schema.ts";
import { quicknet } from "../timelock/drand.ts";
import { epochsOf } from "./epochs.ts";
import { COMMIT_VERSION } from "./hyperparameters.ts";
import { BlockHash, type Node } from "./node.ts";
import { lacks } from "./runtime.ts";

/** Blocks over which their time is measured, and what it is where there are not so many. */
const MEASURED = 20;
const USUAL_MS = 12_000;

/**
 * What sealing weights needs, all of one block. How long a block takes is measured: a local node's are faster than the
 * main network's. `chain-lacks` of a runtime that takes no timelocked weights.
 */
export async function commitTermsOf(netuid: number, node: Node): Promise<CommitTerms> {
  const view = await node.finalized();
  const { runtime, block } = view;
  if (!runtime.hasCall("SubtensorModule", "commit_timelocked_weights"))
    throw lacks("call SubtensorModule.commit_timelocked_weights", runtime.version);
  const item = (name: string, keys: unknown[] = [netuid]) => runtime.storage("SubtensorModule", name, keys);
  const told = await view.read({
    tempo: item("Tempo"),
    pending: item("PendingEpochAt"),
    since: item("BlocksSinceLastStep"),
    period: item("RevealPeriodEpochs"),
    version: item("CommitRevealWeightsVersion", []),
    now: runtime.storage("Timestamp", "Now", []),
  });
  const pending = Number(told.pending ?? 0);
  const read = CommitTerms.safeParse({
    block: block.number,
    tempo: Number(told.tempo ?? 0),
    epoch: await epochsOf(netuid, view),
    pendingEpoch: pending > 0 ? pending : null,
    blocksSinceLastStep: Number(told.since ?? 0),
    revealPeriodEpochs: Number(told.period ?? 1),
    commitRevealVersion: Number(told.version ?? COMMIT_VERSION),
    blockMs: await blockTime(block, Number(told.now ?? 0), node),
    beacon: quicknet,
  });
  if (read.success) return read.data;
  throw new TaoceptionError("chain-unreadable", "the chain's terms for commits are not understood", {
    cause: read.error,
  });
}

async function blockTime({ number }: { number: number }, now: number, node: Node): Promise<number> {
  if (number <= MEASURED) return USUAL_MS;
  const earlier = number - MEASURED;
  const hash = await node.ask("chain_getBlockHash", [earlier], BlockHash);
  const before = await node.at({ number: earlier, hash });
  const { at } = await before.read({ at: before.runtime.storage("Timestamp", "Now", []) });
  const each = (now - Number(at ?? 0)) / MEASURED;
  return each > 0 ? each : USUAL_MS;
}
