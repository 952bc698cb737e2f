import { z } from "zod";
import { Address, Hyperparameters, Rao } from "../bittensor/index.ts";
import { TaoceptionError } from "../platform/index.ts";

/** Largest supply at block 0, and largest emission of a block: balances then stay within a u64 for years. */
const MOST_SUPPLY = 1n << 62n;
const MOST_EMISSION = 1_000_000_000_000n;

/**
 * The subnet's rules when its genesis names none. Those of consensus are the chain's; limits that only slow a
 * subnet of one machine down (rate limits, registrations a block, tempo) are wide.
 */
export const usualParameters: Hyperparameters = {
  tempo: 60,
  kappa: 32_767,
  bondsPenalty: 65_535,
  bondsMovingAverage: 900_000,
  yuma3: false,
  liquidAlpha: false,
  alphaLow: 45_875,
  alphaHigh: 58_982,
  alphaSigmoidSteepness: 1_000,
  maxAllowedUids: 256,
  maxAllowedValidators: 64,
  activityCutoff: 5_000,
  immunityPeriod: 4_096,
  minAllowedWeights: 1,
  maxWeightsLimit: 65_535,
  weightsVersionKey: 0,
  weightsSetRateLimit: 1,
  servingRateLimit: 0,
  maxRegistrationsPerBlock: 16,
  stakeThreshold: "0",
  minBurn: "500000",
  maxBurn: "100000000000",
  burnHalfLife: 360,
  emissionPerBlock: "1000000000",
  commitRevealEnabled: false,
  revealPeriodEpochs: 1,
  commitRevealVersion: 4,
};

/** What block 0 holds: who has what, and the rules of the one subnet. */
export const Genesis = z
  .strictObject({
    netuid: z.number().int().min(1).max(65_535).default(1),
    /** Coldkey that may trigger epochs and gets the owner's cut. */
    owner: Address,
    /** Once registered, this hotkey needs no permit and is never evicted; what it earns as a miner is burned. */
    ownerHotkey: Address,
    /** Balances in rao. */
    accounts: z.record(Address, Rao),
    /** Each one that is left out is the usual one. */
    parameters: z.strictObject(Hyperparameters.partial().shape).prefault({}),
  })
  .transform(({ parameters, ...genesis }) => ({
    ...genesis,
    parameters: { ...usualParameters, ...present(parameters) },
  }))
  .superRefine(({ accounts, parameters }, report) => {
    const complain = (path: string[], message: string) => report.addIssue({ code: "custom", path, message });
    const supply = Object.values(accounts).reduce((sum, rao) => sum + BigInt(rao), 0n);
    if (supply > MOST_SUPPLY) complain(["accounts"], `hold more than ${MOST_SUPPLY} rao together`);
    if (BigInt(parameters.emissionPerBlock) > MOST_EMISSION)
      complain(["parameters", "emissionPerBlock"], `is more than ${MOST_EMISSION} rao`);
    if (BigInt(parameters.minBurn) > BigInt(parameters.maxBurn))
      complain(["parameters", "minBurn"], "is above maxBurn");
    if (parameters.alphaLow > parameters.alphaHigh)
      complain(["parameters", "alphaLow"], "is above alphaHigh");
  });
export type Genesis = z.infer<typeof Genesis>;

function present<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Read a genesis. What is wrong with it is told in one line of a TaoceptionError `bad-genesis`. */
export function readGenesis(value: unknown): Genesis {
  const parsed = Genesis.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
  throw new TaoceptionError("bad-genesis", `the chain's genesis is not right: ${problems.join("; ")}`);
}
