import type { Ledger } from "./ledger.ts";

/**
 * The price of a registration in a block: it halves every `burnHalfLife` blocks down to `minBurn`, in a straight
 * line between two halvings (whole numbers only, so that every machine comes to the same price).
 */
export function burnPrice({ burn, parameters }: Ledger, block: number): bigint {
  const elapsed = BigInt(block - burn.block);
  const half = BigInt(parameters.burnHalfLife);
  const halved = burn.price >> (elapsed / half);
  const price = (halved * (2n * half - (elapsed % half))) / (2n * half);
  return bounded(price, parameters);
}

/** The price after somebody registered in this block: 26 % more. */
export function raisedBurn(ledger: Ledger): Ledger["burn"] {
  const price = (burnPrice(ledger, ledger.block) * 126n) / 100n;
  return { price: bounded(price, ledger.parameters), block: ledger.block };
}

function bounded(price: bigint, { minBurn, maxBurn }: Ledger["parameters"]): bigint {
  const low = BigInt(minBurn);
  const high = BigInt(maxBurn);
  return price < low ? low : price > high ? high : price;
}
