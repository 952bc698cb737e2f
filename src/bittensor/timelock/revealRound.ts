import { TaoceptionError } from "../../platform/index.ts";
import type { CommitTerms } from "../chain/schema.ts";

/** The chain runs an epoch after so many blocks without one, whatever its tempo says. */
const MOST_BLOCKS_SINCE_STEP = 50_400;
/** Blocks after the reveal epoch's first one that the round is meant for, as Bittensor's clients have it. */
const LEAD_BLOCKS = 3;

/**
 * The first block in which a commit that lands in the next block may be revealed: the epochs are counted as the chain
 * counts them. TaoceptionError `no-epoch` where none comes. Source: the stateful schedule of bittensor 11's core.
 */
export function revealBlock(terms: Omit<CommitTerms, "blockMs" | "beacon" | "commitRevealVersion">): number {
  const { tempo } = terms;
  if (tempo === 0)
    throw new TaoceptionError("no-epoch", "the subnet has no tempo: a timelocked commit would never open");
  let from = terms.block + 1;
  let last = terms.epoch.block;
  let since = terms.blocksSinceLastStep;
  let pending = terms.pendingEpoch ?? Number.POSITIVE_INFINITY;

  /** The next epoch's block, and the first one whose commits count as the new epoch's. */
  function next(): { fires: number; seen: number } {
    const planned = Math.max(from, Math.min(last + tempo, pending));
    const late = from + Math.max(0, MOST_BLOCKS_SINCE_STEP - since);
    if (planned <= late) return { fires: planned, seen: planned };
    // the chain counts a block before it looks, but tells the epoch by what was counted before
    return { fires: late, seen: since > MOST_BLOCKS_SINCE_STEP ? late : late + 1 };
  }

  // a commit that lands in an epoch's own block belongs to the epoch that begins there
  const epochs = terms.revealPeriodEpochs + (next().seen === from ? 1 : 0);
  let seen = from;
  for (let count = 0; count < epochs; count += 1) {
    const epoch = next();
    seen = epoch.seen;
    last = epoch.fires;
    [from, since, pending] = [last + 1, 0, Number.POSITIVE_INFINITY];
  }
  return seen;
}

/**
 * The beacon's round to seal weights for, now (unix milliseconds). It is that of Bittensor's own clients, three blocks
 * into the reveal epoch; where the beacon is slower than the blocks, the first round that is not out before that epoch.
 */
export function revealRound(terms: CommitTerms, now: number): number {
  const { block, blockMs, beacon } = terms;
  const opens = revealBlock(terms);
  const roundsUntil = (blocks: number) =>
    (now + blocks * blockMs - beacon.genesisTime * 1000) / (beacon.period * 1000);
  const asClients = Math.floor(roundsUntil(opens + LEAD_BLOCKS - block));
  const notBefore = Math.ceil(roundsUntil(opens - block)) + 1;
  return Math.max(1, asClients, notBefore);
}
