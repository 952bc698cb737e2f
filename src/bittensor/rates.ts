import type { Clock } from "../platform/index.ts";

/** Whether one more may pass for this key now. */
export type Rate = (key: string) => boolean;

/**
 * At most `perSecond` passes a second for each key, with bursts of twice that. Keys that are quiet are forgotten;
 * beyond `mostKeys` of them, unknown keys must wait.
 */
export function openRate(perSecond: number, { clock }: { clock: Clock }, mostKeys = 4096): Rate {
  const burst = Math.max(1, perSecond * 2);
  const buckets = new Map<string, { left: number; at: number }>();
  return (key) => {
    const now = clock.now();
    const refilled = (bucket: { left: number; at: number }) =>
      Math.min(burst, bucket.left + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    const bucket = buckets.get(key);
    if (bucket === undefined && buckets.size >= mostKeys) {
      for (const [other, held] of buckets) if (refilled(held) >= burst) buckets.delete(other);
      if (buckets.size >= mostKeys) return false;
    }
    const left = bucket === undefined ? burst : refilled(bucket);
    buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now });
    return left >= 1;
  };
}
