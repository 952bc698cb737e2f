import { expect, test } from "vitest";
import { lot, spread } from "./order.ts";

const candidates = ["a", "b", "c"].flatMap((operator) =>
  ["x.py", "y.py"].flatMap((path) =>
    ["f", "g"].map((functionName) => ({
      operator,
      path,
      functionName,
      key: `${operator}${path}${functionName}`,
    })),
  ),
);

test("a lot follows from seed and name", () => {
  expect(lot("s", "n")).toBe(lot("s", "n"));
  expect(lot("s", "n")).not.toBe(lot("t", "n"));
  expect(lot("s", "n")).toBeGreaterThanOrEqual(0);
  expect(lot("s", "n")).toBeLessThan(1);
});

test("every candidate comes once, whatever order they were found in", () => {
  const order = [...spread("seed", candidates)];
  expect(new Set(order)).toEqual(new Set(candidates));
  expect(order).toHaveLength(candidates.length);
  expect([...spread("seed", candidates.toReversed())]).toEqual(order);
  expect([...spread("other", candidates)]).not.toEqual(order);
});

test("no kind comes twice before all came, and the first few lie in different functions", () => {
  const order = [...spread("seed", candidates)];
  expect(new Set(order.slice(0, 3).map(({ operator }) => operator)).size).toBe(3);
  expect(new Set(order.slice(0, 4).map(({ path, functionName }) => path + functionName)).size).toBe(4);
});
