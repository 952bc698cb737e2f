import { decodeWeights, type Pulse, unseal } from "../bittensor/index.ts";
import type { LocalBeacon } from "./beacon.ts";
import { dueCommits, type Opened } from "./ledger/commits.ts";
import { type Ledger, neuronOf } from "./ledger/ledger.ts";

/**
 * Commits that one block opens at most: two pairings each, some ten milliseconds. The others wait for the next block;
 * those of validators go first, so that nobody's weights are held up by the commits of neurons without a permit, which
 * the chain would refuse in any case.
 */
const MOST_OPENED = 8;

/** Open what block `number` may reveal and the beacon's pulses are there for. */
export function openDue(
  ledger: Ledger,
  number: number,
  beacon: Pick<LocalBeacon, "pulse">,
): { opened: Opened[]; pulses: Pulse[] } {
  if (ledger.commits.length === 0) return { opened: [], pulses: [] };
  const ready = dueCommits(ledger, number)
    .flatMap((commit) => {
      const pulse = beacon.pulse(commit.round);
      return pulse === null
        ? []
        : [{ commit, pulse, last: neuronOf(ledger, commit.hotkey)?.permit !== true }];
    })
    .sort((a, b) => Number(a.last) - Number(b.last) || a.commit.id - b.commit.id)
    .slice(0, MOST_OPENED);
  return {
    opened: ready.map(({ commit, pulse }) => {
      const text = unseal(Buffer.from(commit.commit, "hex"), pulse.signature);
      return { id: commit.id, payload: text === null ? null : decodeWeights(text) };
    }),
    pulses: [...new Map(ready.map(({ pulse }) => [pulse.round, pulse])).values()],
  };
}
