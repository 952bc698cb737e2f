import { expect, test } from "vitest";
import { everyCheat } from "./play.ts";
import { zooTests } from "./zooTests.ts";

const cheats = await everyCheat();

test("there are enough of them, each with a name of its own and a word on where it is from", () => {
  expect(cheats.length).toBeGreaterThanOrEqual(30);
  expect(new Set(cheats.map(({ name }) => name)).size).toBe(cheats.length);
  for (const { from } of cheats) expect(from).not.toBe("");
});

zooTests("bubblewrap", cheats, () => ({}));
