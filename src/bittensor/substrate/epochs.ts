import type { View } from "./node.ts";

/** Epochs of a subnet that were run so far, and the block of the last one (0: none yet). */
export interface Epochs {
  index: number;
  block: number;
}

/**
 * Where a runtime counts epochs, its count. The older rule runs one in each block for which
 * `(block + netuid + 1) mod (tempo + 1) = tempo`: then the index counts those blocks since block 0, and a change of
 * tempo makes it jump. Sources: `should_run_epoch` and `blocks_until_next_epoch` of the subtensor pallet.
 */
export async function epochsOf(netuid: number, view: View): Promise<Epochs> {
  const { runtime, block } = view;
  const item = (name: string) => runtime.storage("SubtensorModule", name, [netuid]);
  const { tempo, index, last, lastStep } = await view.read({
    tempo: item("Tempo"),
    index: item("SubnetEpochIndex"),
    last: item("LastEpochBlock"),
    lastStep: item("LastMechansimStepBlock"), // the chain's own spelling
  });
  if (typeof index === "bigint" || typeof index === "number")
    return { index: Number(index), block: Number(last ?? lastStep ?? 0) };
  return { index: olderIndex(block.number, netuid, Number(tempo ?? 0)), block: Number(lastStep ?? 0) };
}

/** Epochs of the older rule up to a block. */
export function olderIndex(block: number, netuid: number, tempo: number): number {
  return tempo === 0 ? 0 : Math.floor((block + netuid + 2) / (tempo + 1));
}
