/** Nonces that were used, for as long as they could be used again. */
export interface Replays {
  /** Remember (sender, nonce) until `untilMs`. `replayed` when it is there already, `full` when no room is left. */
  add(sender: string, nonce: string, untilMs: number, nowMs: number): "fresh" | "replayed" | "full";
  readonly size: number;
}

/**
 * A bounded store in memory. When it is full of nonces that still count, it takes no more: whoever asks must then
 * refuse, since forgetting one would let it be replayed. One sender may hold at most a quarter of the room.
 */
export function openReplays(capacity = 100_000): Replays {
  const senders = new Map<string, Map<string, number>>();
  const share = Math.max(1, Math.floor(capacity / 4));
  let size = 0;
  let sweepAt = 0;

  function sweep(nowMs: number): void {
    for (const [sender, nonces] of senders) {
      for (const [nonce, until] of nonces)
        if (until < nowMs) {
          nonces.delete(nonce);
          size -= 1;
        }
      if (nonces.size === 0) senders.delete(sender);
    }
    sweepAt = nowMs + 1000;
  }

  return {
    add(sender, nonce, untilMs, nowMs) {
      // at most once a second, so that a full store does not make every request walk it
      if (nowMs >= sweepAt) sweep(nowMs);
      const nonces = senders.get(sender);
      if (nonces?.has(nonce)) return "replayed";
      if (size >= capacity || (nonces?.size ?? 0) >= share) return "full";
      if (nonces) nonces.set(nonce, untilMs);
      else senders.set(sender, new Map([[nonce, untilMs]]));
      size += 1;
      return "fresh";
    },
    get size() {
      return size;
    },
  };
}
