import type { Extrinsic } from "../bittensor/index.ts";
import type { Hash } from "../protocol/index.ts";

/** Extrinsics that wait for a block: at most so many, and so many of one signer. */
const MOST = 4_096;
const MOST_OF_ONE = 64;

/** What was accepted and is in no block yet, in the order of arrival; so each signer's nonces are in order too. */
export interface Pool {
  add(hash: Hash, extrinsic: Extrinsic): void;
  has(hash: Hash): boolean;
  /** Whether one more of this signer has room. */
  hasRoom(signer: string): boolean;
  /** How many of this signer wait. */
  countOf(signer: string): number;
  /** The first ones; they stay until they are removed. */
  first(count: number): { hash: Hash; extrinsic: Extrinsic }[];
  remove(hashes: readonly Hash[]): void;
}

export function openPool(): Pool {
  const waiting = new Map<Hash, Extrinsic>();
  const counts = new Map<string, number>();
  const countOf = (signer: string) => counts.get(signer) ?? 0;
  return {
    add(hash, extrinsic) {
      waiting.set(hash, extrinsic);
      counts.set(extrinsic.signer, countOf(extrinsic.signer) + 1);
    },
    has: (hash) => waiting.has(hash),
    hasRoom: (signer) => waiting.size < MOST && countOf(signer) < MOST_OF_ONE,
    countOf,
    first: (count) =>
      waiting
        .entries()
        .take(count)
        .map(([hash, extrinsic]) => ({ hash, extrinsic }))
        .toArray(),
    remove(hashes) {
      for (const hash of hashes) {
        const signer = waiting.get(hash)?.signer;
        if (signer === undefined) continue;
        waiting.delete(hash);
        const left = countOf(signer) - 1;
        if (left === 0) counts.delete(signer);
        else counts.set(signer, left);
      }
    },
  };
}
