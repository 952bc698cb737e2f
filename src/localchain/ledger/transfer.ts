import { accountOf, credit, type Ledger } from "./ledger.ts";
import { type Outcome, unless } from "./outcome.ts";

/** rao below which the chain holds no account. */
const EXISTENTIAL_DEPOSIT = 500n;

/**
 * Give balance to another account; whoever gives must keep what an account needs to exist. The checks, their order and
 * their names are those of Substrate's `Balances.transfer_keep_alive`: an account that has nothing and is given nothing
 * is no account, and whoever gives to himself passes the same checks.
 */
export function transfer(ledger: Ledger, from: string, to: string, rao: bigint): Outcome {
  const had = accountOf(ledger, from).balance;
  const received = accountOf(ledger, to).balance + rao;
  return unless(
    [
      ["FundsUnavailable", () => had < rao],
      ["NotExpendable", () => rao > 0n && had - rao < EXISTENTIAL_DEPOSIT],
      ["BelowMinimum", () => rao > 0n && received < EXISTENTIAL_DEPOSIT],
    ],
    () => (from === to || rao === 0n ? ledger : credit(credit(ledger, from, -rao), to, rao)),
  );
}
