import { accountOf, addToStake, credit, type Ledger } from "./ledger.ts";
import { type Outcome, unless } from "./outcome.ts";

/** Move balance to stake on a hotkey, one rao for one. */
export function addStake(ledger: Ledger, coldkey: string, hotkey: string, rao: bigint): Outcome {
  return unless(
    [
      ["HotKeyAccountNotExists", () => ledger.coldkeys[hotkey] === undefined],
      ["AmountTooLow", () => rao === 0n],
      ["NotEnoughBalanceToStake", () => accountOf(ledger, coldkey).balance < rao],
    ],
    () => addToStake(credit(ledger, coldkey, -rao), hotkey, coldkey, rao),
  );
}

/** Move a coldkey's own stake back to its balance. */
export function removeStake(ledger: Ledger, coldkey: string, hotkey: string, rao: bigint): Outcome {
  return unless(
    [
      ["HotKeyAccountNotExists", () => ledger.coldkeys[hotkey] === undefined],
      ["AmountTooLow", () => rao === 0n],
      ["NotEnoughStakeToWithdraw", () => (ledger.stakes[hotkey]?.[coldkey] ?? 0n) < rao],
    ],
    () => credit(addToStake(ledger, hotkey, coldkey, -rao), coldkey, rao),
  );
}
