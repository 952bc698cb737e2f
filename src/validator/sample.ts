import type { Chain } from "../bittensor/index.ts";
import { hashValue } from "../protocol/index.ts";
import { draw, type Ranked } from "../pypi/index.ts";
import type { Sample } from "./stages/draw.ts";

/** How many packages a round may try before it gives up. */
const TRIED = 8;

/**
 * Draw from the ranked list. The seed binds the round to the newest block that holds anything and to this
 * validator's hotkey: it can be checked afterwards, and not chosen before.
 */
export function openSample(
  {
    list,
    only,
    hotkey,
  }: { list: readonly Ranked[]; only?: { name: string; version: string | null }; hotkey: string },
  { chain }: { chain: Pick<Chain, "head"> },
): Sample {
  return {
    seed: async (round) => hashValue({ round, hotkey, block: (await chain.head()).hash }),
    candidates: (seed) =>
      only
        ? [only]
        : draw(seed, list)
            .slice(0, TRIED)
            .map(({ name }) => ({ name, version: null })),
  };
}
