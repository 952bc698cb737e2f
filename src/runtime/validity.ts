import { type Reader, readScale } from "./scale.ts";

/** What a runtime thinks of an extrinsic before it is in a block (`sp_runtime::transaction_validity`). */
export type Validity =
  | { priority: bigint; requires: string[]; provides: string[]; longevity: bigint }
  | { invalid: string; kind: "invalid" | "unknown" };

const INVALID = [
  "Transaction call is not expected",
  "Inability to pay some fees (e.g. account balance too low)",
  "Transaction will be valid in the future",
  "Transaction is outdated",
  "Transaction has a bad signature",
  "Transaction has an ancient birth block",
  "Transaction would exhaust the block limits",
  undefined, // custom
  "A call was labelled as mandatory, but resulted in an Error.",
  "Transaction dispatch is mandatory; transactions must not be validated.",
  "Invalid signing address",
  "The implicit data was unable to be calculated",
  "The transaction extension did not authorize any origin",
];
const UNKNOWN = [
  "Could not lookup information required to validate the transaction",
  "Could not find an unsigned validator for the unsigned transaction",
];

/** As nodes word it, so that clients which know those words know ours. */
export const EXHAUSTS = "Transaction would exhaust the block limits";

/** Read a `TransactionValidity`. */
export function readValidity(bytes: Uint8Array): Validity {
  const reader = readScale(bytes);
  if (reader.byte() !== 0) return readError(reader);
  const tags = () => reader.list(() => Buffer.from(reader.vec()).toString("hex"));
  return { priority: reader.u64(), requires: tags(), provides: tags(), longevity: reader.u64() };
}

/** Read an `ApplyExtrinsicResult`: in the block, even if its call failed, or why it cannot be. */
export function readApplied(bytes: Uint8Array): { included: true } | { included: false; invalid: string } {
  const reader = readScale(bytes);
  if (reader.byte() === 0) return { included: true };
  return { included: false, invalid: readError(reader).invalid };
}

function readError(reader: Reader): { invalid: string; kind: "invalid" | "unknown" } {
  const kind = reader.byte() === 0 ? "invalid" : "unknown";
  const index = reader.byte();
  const words = kind === "invalid" ? INVALID : UNKNOWN;
  const custom = index === (kind === "invalid" ? 7 : 2);
  return { kind, invalid: words[index] ?? (custom ? `Custom error: ${reader.byte()}` : `Error ${index}`) };
}
