import type { CommitmentField } from "../../bittensor/index.ts";
import { type Ledger, neuronOf } from "./ledger.ts";
import { type Outcome, unless } from "./outcome.ts";

/** Fields of one commitment, bytes that one is charged at least, and bytes of a hotkey in one epoch. */
const MOST_FIELDS = 3;
const LEAST_CHARGE = 100;
const MOST_SPACE = 3_100;

/**
 * Publish something, in place of what the hotkey had published before. Source of the checks, their names and the space:
 * the `commitments` pallet, which lets a hotkey write `MOST_SPACE` bytes in an epoch.
 */
export function publish(ledger: Ledger, hotkey: string, fields: readonly CommitmentField[]): Outcome {
  const { block, epoch, commitments } = ledger;
  const before = commitments[hotkey];
  const charge = Math.max(
    LEAST_CHARGE,
    fields.reduce((sum, { value }) => sum + value.length / 2, 0),
  );
  const used = (before?.epoch === epoch.index ? before.used : 0) + charge;
  return unless(
    [
      ["AccountNotAllowedCommit", () => neuronOf(ledger, hotkey) === null],
      ["TooManyFieldsInCommitmentInfo", () => fields.length > MOST_FIELDS],
      ["SpaceLimitExceeded", () => used > MOST_SPACE],
    ],
    () => ({
      ...ledger,
      commitments: { ...commitments, [hotkey]: { block, fields, epoch: epoch.index, used } },
    }),
  );
}
