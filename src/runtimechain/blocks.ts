import type { Block } from "../runtime/index.ts";

/** How many blocks behind the newest are kept, with their states. */
const KEPT = 1_024;

/** The blocks that can be asked for: block 0 and the newest ones. A hash is 0x and hex. */
export interface Blocks {
  readonly genesis: Block;
  /** The newest one. */
  head(): Block;
  /** The newest one that is final; the head is after it or is it. */
  finalized(): Block;
  find(hash: string): Block | undefined;
  at(number: number): Block | undefined;
  append(block: Block): void;
  /** Make all up to this number final; those that were not, in order. */
  finalize(number: number): Block[];
}

export function openBlocks(genesis: Block): Blocks {
  const byHash = new Map([[hex(genesis.hash), genesis]]);
  const byNumber = new Map([[0, genesis]]);
  let head = genesis;
  let finalized = genesis;
  return {
    genesis,
    head: () => head,
    finalized: () => finalized,
    find: (hash) => byHash.get(hash),
    at: (number) => byNumber.get(number),
    append(block) {
      head = block;
      byHash.set(hex(block.hash), block);
      byNumber.set(block.header.number, block);
      const old = byNumber.get(block.header.number - KEPT);
      if (old === undefined || old === genesis) return;
      byHash.delete(hex(old.hash));
      byNumber.delete(old.header.number);
    },
    finalize(number) {
      const final: Block[] = [];
      for (let at = finalized.header.number + 1; at <= number; at += 1) final.push(byNumber.get(at) ?? head);
      finalized = final.at(-1) ?? finalized;
      return final;
    },
  };
}

export function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
