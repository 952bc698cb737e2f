import { maxUpscale } from "../../yuma/index.ts";
import { type Ledger, neuronOf, stakeOf, withNeuron } from "./ledger.ts";
import { type Outcome, refused, unless } from "./outcome.ts";

/** Weights as a neuron gives them: u16 by uid. */
export interface GivenWeights {
  readonly uids: readonly number[];
  readonly weights: readonly number[];
  readonly versionKey: number;
}

/** Weigh other neurons openly, where the subnet does not ask for timelocked commits. */
export function setWeights(ledger: Ledger, hotkey: string, given: GivenWeights): Outcome {
  if (ledger.parameters.commitRevealEnabled) return refused("CommitRevealEnabled");
  return putWeights(ledger, hotkey, given);
}

/**
 * Put weights in place, given openly or revealed. The checks and their order are the chain's; with commit-reveal, it is
 * the commit that the rate limit counts for, and the commit that counts as the neuron's last update.
 */
export function putWeights(
  ledger: Ledger,
  hotkey: string,
  { uids, weights, versionKey }: GivenWeights,
): Outcome {
  const { block, parameters, neurons, ownerHotkey } = ledger;
  if (uids.length !== weights.length) return refused("WeightVecNotEqualSize");
  if (uids.length > neurons.length) return refused("UidsLengthExceedUidsInSubNet");
  const neuron = neuronOf(ledger, hotkey);
  if (neuron === null) return refused("HotKeyNotRegisteredInSubNet");
  const toSelf = uids.length === 1 && uids[0] === neuron.uid;
  const scaled = maxUpscale(weights);
  const revealed = parameters.commitRevealEnabled;
  return unless(
    [
      [
        "NotEnoughStakeToSetWeights",
        () => hotkey !== ownerHotkey && stakeOf(ledger, hotkey) < BigInt(parameters.stakeThreshold),
      ],
      ["IncorrectWeightVersionKey", () => versionKey < parameters.weightsVersionKey],
      [
        "SettingWeightsTooFast",
        () =>
          !revealed && neuron.lastUpdate !== 0 && block - neuron.lastUpdate < parameters.weightsSetRateLimit,
      ],
      ["NeuronNoValidatorPermit", () => !neuron.permit && !toSelf && hotkey !== ownerHotkey],
      ["DuplicateUids", () => new Set(uids).size !== uids.length],
      ["UidVecContainInvalidOne", () => uids.some((uid) => uid >= neurons.length)],
      [
        "WeightVecLengthIsLow",
        () => !toSelf && uids.length < Math.min(neurons.length, parameters.minAllowedWeights),
      ],
      ["MaxWeightExceeded", () => !toSelf && !withinLimit(scaled, parameters.maxWeightsLimit)],
    ],
    () =>
      withNeuron(ledger, neuron.uid, {
        weights: uids.map((uid, index) => [uid, scaled[index] ?? 0] as const),
        ...(revealed ? {} : { lastUpdate: block }),
      }),
  );
}

/** Whether the largest weight's share of all is at most `limit` parts of 65535, in the chain's fixed point. */
function withinLimit(weights: readonly number[], limit: number): boolean {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const largest = Math.max(0, ...weights);
  return limit === 65_535 || total === 0 || part(largest, total) <= part(limit, 65_535);
}

/** A quotient with 32 fraction bits. */
const part = (value: number, of: number) => (BigInt(value) << 32n) / BigInt(of);
