import { setTimeout as wait } from "node:timers/promises";

/** Time as an argument. `now` is Unix milliseconds; `sleep` ends early by throwing when the signal aborts. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await wait(milliseconds, undefined, signal ? { signal } : {});
  },
};

/** A clock that stands still until it is told to go on; sleepers wake in order of their time. */
export function testClock(
  start = Date.parse("2026-01-01T00:00:00Z"),
): Clock & { advance(milliseconds: number): Promise<void> } {
  let now = start;
  const sleepers = new Set<{ at: number; wake: () => void }>();
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper = { at: now + milliseconds, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    advance: async (milliseconds) => {
      now += milliseconds;
      for (const sleeper of [...sleepers].sort((a, b) => a.at - b.at)) {
        if (sleeper.at > now) break;
        sleepers.delete(sleeper);
        sleeper.wake();
        await Promise.resolve();
      }
    },
  };
}
