import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runCase } from "./index.ts";

interface Recorded {
  id: number;
  params: Record<string, unknown>;
  epochs: { out: unknown }[];
}
const file = new URL("../../test/vectors/yuma-runtime-293.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Recorded[] };

test("the vectors hold 120 epochs of Yuma 2, Yuma 3 and liquid alpha", () => {
  expect(cases.flatMap((one) => one.epochs)).toHaveLength(120);
  expect(new Set(cases.map(({ params }) => `${params.yuma3} ${params.liquidAlpha}`)).size).toBe(3);
});

test.each(cases)("case $id gives what the chain's runtime gave, to the bit", (recorded) => {
  const given = runCase(recorded);
  expect(given.epochs.map(({ out }) => JSON.stringify(out))).toEqual(
    recorded.epochs.map(({ out }) => JSON.stringify(out)),
  );
});

test("every problem of a bad case is told with its place", () => {
  const [good] = structuredClone(cases) as unknown as {
    params: { n: number; kappa: number };
    epochs: { weights: [number, number][][]; stake: unknown[] }[];
  }[];
  if (!good) throw new Error("no case");
  good.params.kappa = 70_000;
  expect(() => runCase(good)).toThrow(/kappa/);
  good.params.kappa = 32767;
  good.epochs[0]!.weights[0]!.push([good.params.n, 1], [0, 7]);
  good.epochs[1]!.stake.pop();
  for (const problem of [/names a uid that is not below 12/, /names a uid twice/, /epochs\[1\].stake/])
    expect(() => runCase(good)).toThrow(problem);
  expect(() => runCase("nonsense")).toThrow(/not an epoch case/);
});
