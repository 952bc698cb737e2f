import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";
import { isBusy, type NodeRefusal } from "./socket.ts";

/** A failed check's name; where one code stands for several checks, the call decides. */
type Names = string | { [call: string]: string; other: string };
const rate = {
  set_weights: "SettingWeightsTooFast",
  commit_weights: "CommittingWeightsTooFast",
  commit_timelocked_weights: "CommittingWeightsTooFast",
  commit_crv3_weights: "CommittingWeightsTooFast",
  other: "NetworkTxRateLimitExceeded",
};
/** Source: `CustomTransactionError` of subtensor and what it is made from (`common/src/transaction_error.rs`). */
const CUSTOM: Readonly<Record<number, Names>> = {
  0: "ColdkeySwapAnnounced",
  1: { set_weights: "NotEnoughStakeToSetWeights", other: "AmountTooLow" },
  2: "NotEnoughBalanceToStake",
  3: "SubnetNotExists",
  4: "HotKeyAccountNotExists",
  5: "NotEnoughStakeToWithdraw",
  6: rate,
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
  17: "RevealTooEarly",
  18: "InputLengthsUnequal",
  19: "HotKeyNotRegisteredInSubNet",
  20: "EvmKeyAssociateRateLimitExceeded",
  21: "ColdkeySwapDisputed",
  22: "InvalidRealAccount",
  25: "NonAssociatedColdKey",
  26: "DelegateTakeTooLow",
  27: "DelegateTakeTooHigh",
  255: "BadRequest",
};

/** What to do about an extrinsic that a node's pool did not take. */
export type Verdict =
  | { is: "refused"; why: string }
  /** It was taken before. */
  | { is: "known" }
  /** Its nonce is another's: sign anew. */
  | { is: "nonce" }
  /** Sign anew: it is too old, or for another runtime. */
  | { is: "stale" }
  /** Not now. */
  | { is: "full" };

/** Read a pool's refusal (codes 1010 to 1016 of `sc_rpc_api::author::error`). */
export function verdictOf({ code, message, data }: NodeRefusal, call: string): Verdict {
  if (code === 1_013) return { is: "known" };
  if (code === 1_014) return { is: "nonce" }; // another of this nonce waits, and is worth no less
  if (code === 1_012 || code === 1_016 || isBusy(message)) return { is: "full" };
  const text = typeof data === "string" ? data : JSON.stringify(data ?? message).slice(0, 1_000);
  if (/outdated|stale/i.test(text)) return { is: "nonce" };
  if (/valid in the future|"future"/i.test(text)) return { is: "nonce" };
  if (/bad signature|badproof|ancient|era/i.test(text)) return { is: "stale" };
  if (/exhaust/i.test(text)) return { is: "full" };
  if (/pay some fees|"payment"/i.test(text)) return { is: "refused", why: "NotEnoughBalanceToPayFees" };
  const [, custom] = /custom[^0-9]{1,20}(\d{1,3})/i.exec(text) ?? [];
  const names = custom === undefined ? undefined : CUSTOM[Number(custom)];
  if (names === undefined) return { is: "refused", why: text.slice(0, 200) };
  const byCall = typeof names === "object" && Object.hasOwn(names, call) ? names[call] : undefined;
  return { is: "refused", why: byCall ?? (typeof names === "string" ? names : names.other) };
}

const Named = z.object({ type: z.string().max(100), value: z.unknown().optional() });

/** Checks that older runtimes name differently. */
const RENAMED: Readonly<Record<string, string>> = { SubNetworkDoesNotExist: "SubnetNotExists" };

/**
 * The name of what a call failed at, from the fields of its `ExtrinsicFailed`: that of a pallet's error, or else that
 * of the kind (`BadOrigin`, …).
 */
export function dispatchError(failed: unknown): string {
  const { data } = z.object({ dispatch_error: Named }).safeParse(failed);
  if (!data) return "UnknownError";
  const { type, value } = data.dispatch_error;
  const inner = Named.safeParse(value);
  const error = inner.success ? Named.safeParse(inner.data.value) : inner;
  const name = type === "Module" && error.success ? error.data.type : inner.success ? inner.data.type : type;
  return (Object.hasOwn(RENAMED, name) ? RENAMED[name] : undefined) ?? name;
}

/** That the chain says no to a call: `cause` is the failed check's name. */
export function refusal(call: string, why: string, where: string): TaoceptionError {
  return new TaoceptionError("chain-refused", `the chain refused ${call} ${where}: ${why}`, { cause: why });
}
