import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Score, Verdict } from "../protocol/index.ts";
import { SCORE, score, weights } from "./index.ts";

const attempt = { round: 1, task: "t", hotkey: "h", elapsedMs: 1_000 };
const gold = {
  verdict: "resolved" as const,
  patchLines: 2,
  goldLines: 2,
  likeness: { functions: 1, files: 1, tokens: 1 },
  judge: null,
};
const deadlineMs = 32_000;
const of = (evaluation: object, elapsedMs: number | null = 1_000) =>
  score({ ...attempt, elapsedMs }, { ...gold, ...evaluation }, { deadlineMs });

test("worked examples", () => {
  expect(of({})).toMatchObject({ score: 1, gate: 1, concise: 1, likeness: 1, time: 1 });
  expect(of({ patchLines: 4 })?.score).toBe(0.94);
  expect(of({ patchLines: 1 })?.concise).toBe(1);
  expect(of({ likeness: { functions: 0, files: 1, tokens: 0.5 } })).toMatchObject({
    likeness: 0.4,
    score: 0.952,
  });
  expect(of({}, 8_000)).toMatchObject({ time: 0.5, score: 0.95 });
  expect(of({}, 64_000)?.time).toBe(0);
  expect(of({}, null)?.time).toBe(0);
  expect(of({ judge: 0 })?.score).toBe(0.8);
  expect(of({ judge: 0.75 })?.score).toBe(0.95);
  expect(of({ patchLines: 0, goldLines: 0 })?.concise).toBe(1);
});

test("no patch scores 0, an unscored one has no score", () => {
  expect(score({ ...attempt, elapsedMs: null }, null, { deadlineMs })).toMatchObject({ score: 0, gate: 0 });
  expect(of({ verdict: "unscored" })).toBeNull();
});

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const evaluation = fc.record({
  verdict: fc.constantFrom(...Verdict.options),
  patchLines: fc.nat(500),
  goldLines: fc.nat(500),
  likeness: fc.record({ functions: unit, files: unit, tokens: unit }),
  judge: fc.option(fc.constantFrom(0, 0.25, 0.5, 0.75, 1)),
});
const times = fc.record({ elapsedMs: fc.nat(1_000_000), deadlineMs: fc.integer({ min: 1, max: 1_000_000 }) });

test("tests gate, all else orders within its share", () => {
  fc.assert(
    fc.property(evaluation, times, (each, { elapsedMs, deadlineMs: deadline }) => {
      const result = score({ ...attempt, elapsedMs }, each, { deadlineMs: deadline });
      if (each.verdict === "unscored") {
        expect(result).toBeNull();
        return;
      }
      const value = Score.parse(result);
      if (each.verdict !== "resolved") {
        expect(value.score).toBe(0);
        return;
      }
      const free =
        score({ ...attempt, elapsedMs }, { ...each, judge: null }, { deadlineMs: deadline })?.score ?? 0;
      expect(free).toBeGreaterThanOrEqual(SCORE.resolved);
      expect(value.score).toBeLessThanOrEqual(free);
      expect(value.score).toBeGreaterThanOrEqual(free * (1 - SCORE.judge) - 1e-9);
    }),
  );
});

test("later, longer, less alike or worse judged is never better", () => {
  fc.assert(
    fc.property(
      evaluation,
      times,
      fc.nat(500),
      unit,
      (each, { elapsedMs, deadlineMs: deadline }, more, less) => {
        const at = (change: object, wait = 0) =>
          score(
            { ...attempt, elapsedMs: elapsedMs + wait },
            { ...each, verdict: "resolved", ...change },
            { deadlineMs: deadline },
          )?.score ?? 0;
        expect(at({}, more)).toBeLessThanOrEqual(at({}));
        expect(at({ patchLines: each.patchLines + more })).toBeLessThanOrEqual(at({}));
        expect(
          at({ likeness: { ...each.likeness, functions: each.likeness.functions * less } }),
        ).toBeLessThanOrEqual(at({}));
        expect(at({ judge: (each.judge ?? 1) * less })).toBeLessThanOrEqual(at({}));
      },
    ),
  );
});

test("docs/scoring.md says the same", async () => {
  const text = await readFile(new URL("../../docs/scoring.md", import.meta.url), "utf8");
  const number = (value: number) => value.toFixed(2);
  const { resolved, concise, likeness, time, judge, functions, files, tokens, fastMs } = SCORE;
  expect(resolved + concise + likeness + time).toBeCloseTo(1, 12);
  expect(functions + files + tokens).toBeCloseTo(1, 12);
  expect(text).toContain(
    `score = gate · (${number(resolved)} + ${number(concise)} · concise + ${number(likeness)} · likeness + ${number(time)} · time) · (1 − ${number(judge)} · (1 − judge))`,
  );
  expect(text).toContain(
    `${number(functions)} · F1 of changed functions + ${number(files)} · F1 of changed files + ${number(tokens)} · edit similarity`,
  );
  const seconds = `${fastMs / 1000} s`;
  expect(text).toContain(`clamp(1 − ln(t / ${seconds}) / ln(deadline / ${seconds}), 0, 1)`);
  expect(text).toContain(`within ${seconds}`);
  expect(text).toContain(
    `at least ${number(resolved)} before the judge and ${number(resolved * (1 - judge))} after it`,
  );
  expect(text).toContain(`at most ${number(judge)} of the score`);
  expect(text).toContain("65535");
});

describe("weights", () => {
  const scores = (hotkey: string, ...values: number[]) => values.map((value) => ({ hotkey, score: value }));
  const weigh = (all: { hotkey: string; score: number }[], hotkeys = ["a", "b", "c"]) =>
    weights(all, hotkeys).map(({ weight }) => weight);

  test("means, the largest at the top, ties alike, zero at zero", () => {
    expect(weigh([...scores("a", 1, 0), ...scores("b", 0.5), ...scores("c", 0)])).toEqual([65535, 65535, 0]);
    expect(weigh([...scores("a", 0.9), ...scores("b", 0.3, 0.3)])).toEqual([65535, 21845, 0]);
  });
  test("nobody earned, nobody there", () => {
    expect(weigh(scores("a", 0, 0))).toEqual([0, 0, 0]);
    expect(weigh([])).toEqual([0, 0, 0]);
    expect(weights([], [])).toEqual([]);
  });
  test("an unknown hotkey changes nothing", () => {
    expect(weigh([...scores("a", 0.2), ...scores("gone", 1)])).toEqual([65535, 0, 0]);
  });
  test("the order of scores does not matter, and rows are what they promise", () => {
    const some = fc.array(fc.record({ hotkey: fc.constantFrom("a", "b", "c"), score: unit }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(some, fc.nat(1_000), (all, turn) => {
        const rows = weights(all, ["a", "b", "c"]);
        const at = all.length === 0 ? 0 : turn % all.length;
        expect(weights([...all.slice(at), ...all.slice(0, at)].reverse(), ["a", "b", "c"])).toEqual(rows);
        for (const { mean, low, high, weight, attempts } of rows) {
          expect(Number.isInteger(weight) && weight >= 0 && weight <= 65535).toBe(true);
          expect(low <= mean && mean <= high && low >= 0 && high <= 1).toBe(true);
          if (mean === 0) expect(weight).toBe(0);
          if (attempts === 0) expect(mean).toBe(0);
        }
        if (rows.some(({ mean }) => mean > 0))
          expect(Math.max(...rows.map(({ weight }) => weight))).toBe(65535);
      }),
    );
  });
  test("the interval holds the truth about as often as it says", () => {
    let state = 12345;
    const random = () => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return state / 2 ** 31;
    };
    let held = 0;
    for (let run = 0; run < 1_000; run += 1) {
      const values = Array.from({ length: 20 }, () => (random() < 0.3 ? 1 : 0));
      const [row] = weights(scores("a", ...values), ["a"]);
      if (row && row.low <= 0.3 && 0.3 <= row.high) held += 1;
    }
    expect(held).toBeGreaterThan(920);
  });
});
