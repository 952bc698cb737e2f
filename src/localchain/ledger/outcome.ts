import type { Ledger } from "./ledger.ts";

/** What a call came to: the ledger after it, or the name of the check that it failed, as the chain names it. */
export type Outcome = { readonly ledger: Ledger } | { readonly refused: string };

export function refused(name: string): Outcome {
  return { refused: name };
}

/** The first check that fails, or what is done when all hold. Checks are asked in their order, each only if needed. */
export function unless(
  checks: readonly (readonly [name: string, fails: () => boolean])[],
  done: () => Ledger,
): Outcome {
  const failed = checks.find(([, fails]) => fails());
  return failed === undefined ? { ledger: done() } : refused(failed[0]);
}
