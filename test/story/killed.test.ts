import { expect, test } from "vitest";
import { killedStory } from "./killedStory.ts";

test("killed four times at random moments, it loses nothing and counts nothing twice", {
  timeout: 240_000,
}, async () => {
  const { rounds } = await killedStory({ kills: 4, seed: 20, mostMs: 9_000, workers: 1 });
  expect(rounds).toBeGreaterThan(0);
});
