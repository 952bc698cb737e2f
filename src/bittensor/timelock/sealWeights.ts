import type { Clock } from "../../platform/index.ts";
import type { CommitTerms } from "../chain/schema.ts";
import { revealRound } from "./revealRound.ts";
import { seal } from "./timelock.ts";
import { encodeWeights, type WeightsPayload } from "./weightsPayload.ts";

/** Weights as `commitTimelocked` takes them: sealed until the reveal epoch that the terms give. */
export function sealWeights(
  payload: WeightsPayload,
  terms: CommitTerms,
  { clock }: { clock: Pick<Clock, "now"> },
): { commit: Uint8Array; revealRound: number; version: number } {
  const round = revealRound(terms, clock.now());
  return {
    commit: seal(encodeWeights(payload), round, terms.beacon),
    revealRound: round,
    version: terms.commitRevealVersion,
  };
}
