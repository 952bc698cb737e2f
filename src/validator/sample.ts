import type { Chain } from "../bittensor/index.ts";
import type { Secret } from "../platform/index.ts";
import { hashValue } from "../protocol/index.ts";
import { draw, type RankedPackage } from "../pypi/index.ts";
import type { Sample } from "./stages/draw.ts";

/** How many packages a round may try before it gives up. */
const TRIED = 8;
/** The first round takes a package with no more tests than these: whoever starts a subnet sees a verdict soon. */
const FIRST_TESTS = 600;

/**
 * Draw from the ranked list. The seed follows from the newest block that holds anything, and from a secret of this
 * validator: who knew it could make the round's tasks, gold and all, before the answers are in. Its hash is recorded
 * with the package, and it is told when the round is over.
 */
export function openSample(
  {
    list,
    only,
    secret,
  }: {
    list: readonly RankedPackage[];
    only?: { name: string; version: string | null };
    secret: Secret<string>;
  },
  { chain }: { chain: Pick<Chain, "head"> },
): Sample {
  const small = list.filter(({ tests }) => tests <= FIRST_TESTS);
  return {
    seed: async (round) => hashValue({ round, secret: secret.reveal(), block: (await chain.head()).hash }),
    candidates: (seed, round) =>
      only
        ? [only]
        : draw(seed, round === 0 && small.length > 0 ? small : list)
            .slice(0, TRIED)
            .map(({ name }) => ({ name, version: null })),
  };
}
