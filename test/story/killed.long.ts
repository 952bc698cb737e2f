import { expect, test } from "vitest";
import { killedStory } from "./killedStory.ts";

test("killed 24 times at random moments, it loses nothing and counts nothing twice", {
  timeout: 900_000,
}, async () => {
  const { rounds, moments } = await killedStory({ kills: 24, seed: 1, mostMs: 12_000 });
  expect(rounds).toBeGreaterThan(1);
  expect(new Set(moments).size).toBeGreaterThan(4); // they came at moments of many kinds
});
