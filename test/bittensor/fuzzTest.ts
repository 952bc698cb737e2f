import { beforeEach, expect, test, vi } from "vitest";
import type { Replays } from "../../src/bittensor/index.ts";
import { fuzz } from "./fuzz.ts";

const stores = vi.hoisted(() => [] as Replays[]);
vi.mock("../../src/bittensor/replays.ts", async (original) => {
  const replays = await original<typeof import("../../src/bittensor/replays.ts")>();
  const openReplays = (capacity?: number) => {
    const store = replays.openReplays(capacity);
    stores.push(store);
    return store;
  };
  return { ...replays, openReplays };
});
beforeEach(() => {
  stores.length = 0;
});

/** Changed requests by the thousand: none passes that should not, none breaks anything, and little is remembered. */
export function fuzzTest(requests: number, seed: number): void {
  test(`${requests} changed requests, both ways (seed ${seed})`, async () => {
    const { accepted, wrong, failures, statuses, requests: made } = await fuzz(requests, { seed });
    console.info(JSON.stringify({ made, accepted, statuses }));
    expect(wrong).toEqual([]);
    expect(failures).toEqual([]);
    expect(made).toBeGreaterThanOrEqual(requests);
    // as many as were meant pass, so that a server which refuses all is no good one
    expect(accepted).toBeGreaterThan(requests / 6);
    for (const status of ["200", "401", "404"]) expect(statuses[status]).toBeGreaterThan(0);
    expect(stores).toHaveLength(2);
  });

  test("a store that is full refuses, and grows no further", async () => {
    const capacity = 40;
    const sample = Math.min(requests, 2_000);
    const { wrong, failures, statuses } = await fuzz(sample, { seed, limits: { nonces: capacity } });
    expect([wrong, failures]).toEqual([[], []]);
    expect(statuses["503"]).toBeGreaterThan(0);
    for (const { size } of stores) expect(size).toBeLessThanOrEqual(capacity / 4); // one sender's share
  });
}
