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
  beacon: Pick<LocalBeacon, "latest" | "pulse">,
): { opened: Opened[]; pulses: Pulse[] } {
  if (ledger.commits.length === 0) return { opened: [], pulses: [] };
  const latest = beacon.latest();
  const ready = dueCommits(ledger, number)
    .filter(({ round }) => round <= latest)
    .map((commit) => ({ commit, permit: neuronOf(ledger, commit.hotkey)?.permit === true }))
    .sort((a, b) => Number(b.permit) - Number(a.permit) || a.commit.id - b.commit.id)
    .slice(0, MOST_OPENED); // before a pulse is asked for: each of another round costs a signature
  const pulses = new Map<number, Pulse>();
  const opened: Opened[] = [];
  for (const { commit } of ready) {
    const pulse = pulses.get(commit.round) ?? beacon.pulse(commit.round);
    if (pulse !== null) pulses.set(commit.round, pulse);
    const text = pulse && unseal(Buffer.from(commit.commit, "hex"), pulse.signature);
    opened.push({ id: commit.id, payload: text && decodeWeights(text) }); // there is no round 0: it hides nothing
  }
  return { opened, pulses: [...pulses.values()] };
}
