import { TaoceptionError } from "../../platform/index.ts";

/** Names of Bittensor's own reasons to keep a transaction out of the pool. Source: subtensor's transaction_error.rs. */
const CUSTOM: Readonly<Record<number, string>> = {
  1: "StakeAmountTooLow",
  2: "BalanceTooLow",
  3: "SubnetNotExists",
  4: "HotKeyAccountNotExists",
  5: "NotEnoughStakeToWithdraw",
  6: "RateLimitExceeded",
  7: "InsufficientLiquidity",
  8: "SlippageTooHigh",
  9: "TransferDisallowed",
  10: "HotKeyNotRegisteredInNetwork",
  11: "InvalidIpAddress",
  12: "ServingRateLimitExceeded",
  13: "InvalidPort",
  14: "ZeroMaxAmount",
  15: "InvalidRevealRound",
  16: "NoWeightsCommitFound",
  17: "NotInRevealRange",
  18: "InputLengthsUnequal",
  19: "UidNotFound",
  255: "BadRequest",
};

/**
 * The name of a failed check: the innermost word of what a runtime says (`Module` › `SubtensorModule` ›
 * `SettingWeightsTooFast`), a number of Bittensor's by its name. Null where nothing can be read.
 */
export function refusalOf(error: unknown): string | null {
  let at = error;
  let name: string | null = null;
  for (let depth = 0; depth < 8 && typeof at === "object" && at !== null && "type" in at; depth += 1) {
    const { type, value } = at as { type: unknown; value?: unknown };
    if (typeof type !== "string") break;
    if (type === "Custom" && typeof value === "number") return CUSTOM[value] ?? `Custom${value}`;
    name = type;
    at = value;
  }
  return name;
}

/** The same of an error that a client threw, whose text is the JSON of what the runtime said. */
export function refusalIn(error: unknown): string | null {
  const said = error instanceof Error && "error" in error ? error.error : undefined;
  if (said !== undefined) return refusalOf(said);
  try {
    return refusalOf(JSON.parse((error as Error).message));
  } catch {
    return null;
  }
}

/** A refusal as the chain's callers know it: its `cause` is the failed check's name. */
export const refused = (call: string, name: string, where: string) =>
  new TaoceptionError("chain-refused", `the chain refused ${call}${where}: ${name}`, { cause: name });
