import { expect, test } from "vitest";
import { killedStory } from "./killedStory.ts";

test.each([0, 2])(
  "killed 24 times at random moments with %i workers, it loses nothing and counts nothing twice",
  {
    timeout: 900_000,
  },
  async (workers) => {
    const { rounds, moments } = await killedStory({ kills: 24, seed: 1 + workers, mostMs: 12_000, workers });
    expect(rounds).toBeGreaterThan(1);
    expect(new Set(moments).size).toBeGreaterThan(4); // they came at moments of many kinds
  },
);
