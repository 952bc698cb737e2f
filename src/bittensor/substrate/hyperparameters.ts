import { TaoceptionError } from "../../platform/index.ts";
import { Hyperparameters } from "../chain/schema.ts";
import { noSubnet } from "./metagraph.ts";
import type { View } from "./node.ts";

/** The form of timelocked commits that runtimes take which do not tell. */
export const COMMIT_VERSION = 4;

/** Names in the storage of those that are kept for each subnet; what a runtime has not is usual. */
const OF_SUBNET = {
  tempo: ["Tempo", 360],
  kappa: ["Kappa", 32_767],
  bondsPenalty: ["BondsPenalty", 65_535],
  bondsMovingAverage: ["BondsMovingAverage", 900_000],
  yuma3: ["Yuma3On", false],
  liquidAlpha: ["LiquidAlphaOn", false],
  alphaValues: ["AlphaValues", [45_875, 58_982]],
  alphaSigmoidSteepness: ["AlphaSigmoidSteepness", 1_000],
  maxAllowedUids: ["MaxAllowedUids", 256],
  maxAllowedValidators: ["MaxAllowedValidators", 64],
  activityCutoff: ["ActivityCutoff", 5_000],
  activityCutoffFactor: ["ActivityCutoffFactorMilli", undefined],
  immunityPeriod: ["ImmunityPeriod", 4_096],
  minAllowedWeights: ["MinAllowedWeights", 1],
  maxWeightsLimit: ["MaxWeightsLimit", 65_535],
  weightsVersionKey: ["WeightsVersionKey", 0],
  weightsSetRateLimit: ["WeightsSetRateLimit", 100],
  servingRateLimit: ["ServingRateLimit", 50],
  maxRegistrationsPerBlock: ["MaxRegistrationsPerBlock", 1],
  minBurn: ["MinBurn", 500_000],
  maxBurn: ["MaxBurn", 100_000_000_000n],
  burnHalfLife: ["BurnHalfLife", 360],
  emissionPerBlock: ["SubnetAlphaOutEmission", 0],
  commitRevealEnabled: ["CommitRevealWeightsEnabled", false],
  revealPeriodEpochs: ["RevealPeriodEpochs", 1],
} as const;

/**
 * A subnet's hyperparameters as of one block, one request. A number larger than a double holds is the largest that it
 * holds. TaoceptionError: `chain-refused` with cause `SubnetNotExists`.
 */
export async function hyperparametersOf(netuid: number, view: View): Promise<Hyperparameters> {
  const item = (name: string, keys: unknown[]) => view.runtime.storage("SubtensorModule", name, keys);
  const names = Object.entries(OF_SUBNET);
  const told = await view.read({
    exists: item("NetworksAdded", [netuid]),
    stakeThreshold: item("StakeThreshold", []),
    commitRevealVersion: item("CommitRevealWeightsVersion", []),
    ...Object.fromEntries(names.map(([field, [name]]) => [field, item(name, [netuid])])),
  } as Record<string, ReturnType<typeof item>>);
  if (told.exists !== true) throw noSubnet(netuid);
  const values: Record<string, unknown> = Object.fromEntries(
    names.map(([field, [, usual]]) => [field, plain(told[field] ?? usual)]),
  );
  const [alphaLow, alphaHigh] = (values.alphaValues as unknown[]).map(Number);
  const factor = values.activityCutoffFactor;
  const read = Hyperparameters.safeParse({
    ...values,
    ...{ alphaLow, alphaHigh },
    ...(factor === undefined
      ? {}
      : { activityCutoff: Math.floor((Number(factor) * Number(values.tempo)) / 1_000) }),
    ...{
      minBurn: String(told.minBurn ?? OF_SUBNET.minBurn[1]),
      maxBurn: String(told.maxBurn ?? OF_SUBNET.maxBurn[1]),
    },
    emissionPerBlock: String(told.emissionPerBlock ?? 0),
    stakeThreshold: String(told.stakeThreshold ?? 0),
    commitRevealVersion: Number(told.commitRevealVersion ?? COMMIT_VERSION),
  });
  if (read.success) return read.data;
  throw new TaoceptionError("chain-unreadable", "the chain's hyperparameters are not understood", {
    cause: read.error,
  });
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Math.min(Number(value), Number.MAX_SAFE_INTEGER) : value;
}
