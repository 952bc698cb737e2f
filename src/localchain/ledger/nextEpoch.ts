import type { Ledger } from "./ledger.ts";

/** The block of the next epoch; null when there will be none. */
export function nextEpoch({ parameters, epoch: last, epochAsked }: Ledger): number | null {
  const due = parameters.tempo > 0 ? last.block + parameters.tempo : null;
  if (due === null || epochAsked === null) return due ?? epochAsked;
  return Math.min(due, epochAsked);
}
