import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { firstGood } from "./firstGood.ts";

/** Odd ones are good; the later one comes, the quicker it is. */
const attempt = async (item: number) => {
  await sleep(20 - 2 * item);
  return item % 2 === 1 ? { good: item } : { bad: item };
};

test("the first good ones by order are taken, whichever ended first", async () => {
  for (const atOnce of [1, 2, 5]) {
    const result = await firstGood([0, 1, 2, 3, 4, 5, 6, 7], attempt, { count: 2, atOnce });
    expect(result).toEqual({ good: [1, 3], bad: [0, 2] });
  }
});

test("nothing more is started once there are enough", async () => {
  const started: number[] = [];
  const noting = (item: number) => {
    started.push(item);
    return attempt(item);
  };
  await firstGood([1, 3, 5, 7, 9], noting, { count: 2, atOnce: 1 });
  expect(started).toEqual([1, 3]);
});

test("too few are no error, and an error ends all", async () => {
  expect(await firstGood([1, 2], attempt, { count: 5, atOnce: 2 })).toEqual({ good: [1], bad: [2] });
  const failing = async () => {
    throw new Error("broken");
  };
  await expect(firstGood([1, 2, 3], failing, { count: 1, atOnce: 2 })).rejects.toThrow("broken");
});
