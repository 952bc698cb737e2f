/** An extrinsic that waits for a block. */
export interface Waiting {
  hash: string;
  bytes: Uint8Array;
  priority: bigint;
  /** Tags that blocks or others that wait must give before it, such as "the account's nonce before this one". */
  requires: Set<string>;
  provides: readonly string[];
  /** It is forgotten once there is a block of this number. */
  until: number;
}

/** How an extrinsic that was in the pool went on; the words are those of nodes. */
export type Fate = "ready" | "future" | "invalid" | "dropped" | { inBlock: string } | { finalized: string };

/** Whether nothing comes after this. */
export function isLast(fate: Fate): boolean {
  return fate === "invalid" || fate === "dropped" || (typeof fate === "object" && "finalized" in fate);
}

/** Extrinsics that wait; a tag is provided by one of them at most. */
export interface Pool {
  size(): number;
  has(hash: string): boolean;
  /** Which one provides a tag. */
  giver(tag: string): Waiting | undefined;
  add(waiting: Waiting): void;
  /** Those that can be in the next block, in an order in which they can: by priority where that leaves a choice. */
  ready(): Waiting[];
  /** Out, because a block holds it: what it provides is given from now on. */
  included(hash: string): void;
  /** Out, for another reason. */
  remove(hash: string): void;
  /** Out, because their time is over; their hashes. */
  expire(block: number): string[];
}

export function openPool(): Pool {
  const waiting = new Map<string, Waiting>();
  const givers = new Map<string, Waiting>();
  function remove(hash: string): Waiting | undefined {
    const gone = waiting.get(hash);
    waiting.delete(hash);
    for (const tag of gone?.provides ?? []) givers.delete(tag);
    return gone;
  }
  return {
    size: () => waiting.size,
    has: (hash) => waiting.has(hash),
    giver: (tag) => givers.get(tag),
    add(one) {
      waiting.set(one.hash, one);
      for (const tag of one.provides) givers.set(tag, one);
    },
    ready() {
      const missing = new Map<Waiting, number>();
      const wanted = new Map<string, Waiting[]>();
      const order: Waiting[] = [];
      for (const one of [...waiting.values()].sort((a, b) => Number(b.priority - a.priority))) {
        if (one.requires.size === 0) order.push(one);
        missing.set(one, one.requires.size);
        for (const tag of one.requires) wanted.set(tag, [...(wanted.get(tag) ?? []), one]);
      }
      // `order` grows while it is walked: by those whose last missing tag the one before gives
      for (const { provides } of order)
        for (const one of provides.flatMap((tag) => wanted.get(tag) ?? [])) {
          const left = (missing.get(one) ?? 0) - 1;
          missing.set(one, left);
          if (left === 0) order.push(one);
        }
      return order;
    },
    included(hash) {
      const provides = remove(hash)?.provides ?? [];
      for (const { requires } of waiting.values()) for (const tag of provides) requires.delete(tag);
    },
    remove: (hash) => void remove(hash),
    expire(block) {
      const over = [...waiting.values()].filter(({ until }) => until <= block).map(({ hash }) => hash);
      for (const hash of over) remove(hash);
      return over;
    },
  };
}
