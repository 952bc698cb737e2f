import { expect, test } from "vitest";
import { dispatchError, verdictOf } from "./refusals.ts";

const refused = (why: string) => ({ is: "refused", why });
test.each([
  [1_010, "Custom error: 6", "set_weights", refused("SettingWeightsTooFast")],
  [1_010, "Custom error: 6", "commit_timelocked_weights", refused("CommittingWeightsTooFast")],
  [1_010, "Custom error: 6", "register", refused("NetworkTxRateLimitExceeded")],
  [1_010, { invalid: { custom: 10 } }, "serve_axon", refused("HotKeyNotRegisteredInNetwork")],
  [1_010, '{"Invalid":{"Custom":11}}', "serve_axon", refused("InvalidIpAddress")],
  [1_010, "Custom error: 1", "set_weights", refused("NotEnoughStakeToSetWeights")],
  [1_010, "Custom error: 1", "add_stake", refused("AmountTooLow")],
  [1_010, "Custom error: 200", "add_stake", refused("Custom error: 200")],
  [1_010, "Custom error: 1", "toString", refused("AmountTooLow")],
  [
    1_010,
    "Inability to pay some fees (e.g. account balance too low)",
    "",
    refused("NotEnoughBalanceToPayFees"),
  ],
  [1_010, "Transaction is outdated", "", { is: "nonce" }],
  [1_010, "Transaction will be valid in the future", "", { is: "nonce" }],
  [1_010, "Transaction has a bad signature", "", { is: "stale" }],
  [1_010, "Transaction has an ancient birth block", "", { is: "stale" }],
  [1_010, "Transaction would exhaust the block limits", "", { is: "full" }],
  [1_012, undefined, "", { is: "full" }],
  [1_013, undefined, "", { is: "known" }],
  [1_014, "…", "", { is: "nonce" }],
  [1_016, undefined, "", { is: "full" }],
  [-32_602, undefined, "", refused('"no"')],
])("%i %j of %s", (code, data, call, verdict) => {
  expect(verdictOf({ code, message: "no", data }, call)).toEqual(verdict);
});

const module = (name: string) => ({
  dispatch_error: {
    type: "Module",
    value: { type: "SubtensorModule", value: { type: name, value: undefined } },
  },
});
test.each([
  [module("SettingWeightsTooFast"), "SettingWeightsTooFast"],
  [module("SubNetworkDoesNotExist"), "SubnetNotExists"],
  [{ dispatch_error: { type: "BadOrigin", value: undefined } }, "BadOrigin"],
  [
    { dispatch_error: { type: "Token", value: { type: "FundsUnavailable", value: undefined } } },
    "FundsUnavailable",
  ],
  [{ dispatch_error: { type: "Module", value: 7 } }, "Module"],
  [{}, "UnknownError"],
  [null, "UnknownError"],
  [{ dispatch_error: { type: "x".repeat(1_000), value: 1 } }, "UnknownError"],
])("%j is %s", (failed, name) => expect(dispatchError(failed)).toBe(name));
