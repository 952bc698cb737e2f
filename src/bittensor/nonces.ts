import { randomInt } from "node:crypto";
import type { Clock } from "../platform/index.ts";

const last = new WeakMap<Clock, bigint>();

/**
 * The next nonce: Unix time in nanoseconds, decimal, each larger than the one before from the same clock. A clock
 * that is set back repeats nothing, and two processes with one key meet in one in a million of equal milliseconds.
 */
export function nextNonce(clock: Clock): string {
  const now = BigInt(Math.trunc(clock.now())) * 1_000_000n + BigInt(randomInt(1_000_000));
  const before = last.get(clock) ?? 0n;
  const nonce = now > before ? now : before + 1n;
  last.set(clock, nonce);
  return nonce.toString();
}
