import type { WeightsPayload } from "../../bittensor/index.ts";
import { type Ledger, neuronOf, type TimelockedCommit, withNeuron } from "./ledger.ts";
import { nextEpoch } from "./nextEpoch.ts";
import { type Outcome, unless } from "./outcome.ts";
import { putWeights } from "./weights.ts";

/** Unrevealed commits of one hotkey in one epoch. */
const MOST_UNREVEALED = 10;

/** A commit whose pulse is there: what it hid, or null where nothing could be read out of it. */
export interface Opened {
  readonly id: number;
  readonly payload: WeightsPayload | null;
}

/**
 * Take weights that are sealed until a round of the beacon. It counts as the neuron's update. Checks and order are the
 * chain's (`commit_timelocked_weights`).
 */
export function commitTimelocked(
  ledger: Ledger,
  hotkey: string,
  { commit, revealRound, version }: { commit: string; revealRound: number; version: number },
): Outcome {
  const { block, parameters, commits, commitCount } = ledger;
  const epoch = ledger.epoch.index;
  const neuron = neuronOf(ledger, hotkey);
  const since = block - (neuron?.lastUpdate ?? 0);
  const mine = (one: TimelockedCommit) => one.hotkey === hotkey && one.epoch === epoch;
  return unless(
    [
      ["CommitRevealDisabled", () => !parameters.commitRevealEnabled],
      ["IncorrectCommitRevealVersion", () => version !== parameters.commitRevealVersion],
      ["HotKeyNotRegisteredInSubNet", () => neuron === null],
      ["CommittingWeightsTooFast", () => neuron?.lastUpdate !== 0 && since < parameters.weightsSetRateLimit],
      ["TooManyUnrevealedCommits", () => commits.filter(mine).length >= MOST_UNREVEALED],
    ],
    () => ({
      ...withNeuron(ledger, neuron?.uid ?? -1, { lastUpdate: block }),
      commits: [...commits, { id: commitCount, hotkey, block, epoch, commit, round: revealRound }],
      commitCount: commitCount + 1,
    }),
  );
}

/** The commits that a block may reveal if their pulse is there, in their order. */
export function dueCommits(ledger: Ledger, number: number): readonly TimelockedCommit[] {
  const { commits, parameters, epoch } = ledger;
  const now = epoch.index + (nextEpoch(ledger) === number ? 1 : 0);
  return commits.filter((commit) => commit.epoch === now - parameters.revealPeriodEpochs);
}

/**
 * The ledger of block `number` before its epoch and its extrinsics: what was opened counts as set by who committed it.
 * What cannot be read, was sealed by another hotkey, or fails a check of setting weights is dropped, as on the chain.
 * A commit that is not due in this block is a RangeError.
 */
export function reveal(before: Ledger, number: number, opened: readonly Opened[]): Ledger {
  const due = new Map(
    opened.length === 0 ? [] : dueCommits(before, number).map((commit) => [commit.id, commit]),
  );
  let ledger: Ledger = { ...before, block: number };
  for (const { id, payload } of opened) {
    const commit = due.get(id);
    if (commit === undefined || !due.delete(id))
      throw new RangeError(`block ${number} opens commit ${id}, which is not due`);
    if (payload === null || payload.hotkey !== commit.hotkey) continue;
    const outcome = putWeights(ledger, commit.hotkey, payload);
    if ("ledger" in outcome) ledger = outcome.ledger;
  }
  const gone = new Set(opened.map(({ id }) => id));
  return gone.size === 0 ? ledger : { ...ledger, commits: ledger.commits.filter(({ id }) => !gone.has(id)) };
}

/** Drop the commits whose reveal epoch is over once the next epoch begins. */
export function expireCommits(ledger: Ledger): Ledger {
  const { commits, epoch, parameters } = ledger;
  const oldest = epoch.index + 1 - parameters.revealPeriodEpochs;
  return { ...ledger, commits: commits.filter((commit) => commit.epoch >= oldest) };
}

/** By uid: the block of the earliest commit that is not revealed, or null. */
export function firstCommits({ neurons, commits }: Ledger): (number | null)[] {
  return neurons.map(({ hotkey }) => commits.find((commit) => commit.hotkey === hotkey)?.block ?? null);
}
