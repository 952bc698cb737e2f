import { describe, expect, test } from "vitest";
import { canonicalJson } from "../protocol/index.ts";
import { ability, emptyModel, learn, Model, rate, type TaskOutcome } from "./index.ts";
import { laplace } from "./laplace.ts";
import { MOST, PRIOR, sizeOf } from "./model.ts";

/** A small seeded generator of uniform and normal numbers (mulberry32, Box and Muller). */
function dice(seed: number) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = ({ mean, deviation }: { mean: number; deviation: number }) =>
    mean + deviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** A market with known abilities and difficulties. */
function market(
  seed: number,
  { tasks, hotkeys, generators }: { tasks: number; hotkeys: number; generators: number },
) {
  const { uniform, normal } = dice(seed);
  const level = normal(PRIOR.level);
  const size = normal(PRIOR.size);
  const kinds = Array.from({ length: generators }, () => normal(PRIOR.generator));
  const abilities = Array.from({ length: hotkeys }, () => normal(PRIOR.hotkey));
  const hard = (kind: number, lines: number) =>
    level + size * sizeOf(lines) + (kinds[kind] ?? 0) + normal({ mean: 0, deviation: PRIOR.task });
  const outcomes: TaskOutcome[] = [];
  const draw = () => {
    const kind = Math.floor(uniform() * generators);
    const suspectLines = Math.floor(Math.exp(uniform() * 6));
    return { generator: `g${kind}`, suspectLines, difficulty: hard(kind, suspectLines) };
  };
  for (let task = 0; task < tasks; task += 1) {
    const { generator, suspectLines, difficulty } = draw();
    for (const [hotkey, able] of abilities.entries())
      outcomes.push({
        ...{ task: `t${task}`, hotkey: `h${hotkey}`, generator, suspectLines },
        resolved: uniform() < 1 / (1 + Math.exp(difficulty - able)),
      });
  }
  return { outcomes, abilities, kinds, size, draw };
}

test("abilities, kinds and the effect of size are recovered from outcomes", () => {
  const { outcomes, abilities, kinds, size } = market(7, { tasks: 600, hotkeys: 6, generators: 5 });
  const model = learn(emptyModel(), outcomes);
  const found = abilities.map((_, at) => ability(model, `h${at}`).logit);
  const centred = (values: number[]) =>
    values.map((value) => value - values.reduce((sum, each) => sum + each, 0) / values.length);
  for (const [at, truth] of centred(abilities).entries())
    expect(Math.abs((centred(found)[at] ?? 0) - truth)).toBeLessThan(0.4);
  const order = (values: number[]) =>
    values.map((_, at) => at).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  expect(order(found)).toEqual(order(abilities));
  const rated = kinds.map((_, at) => rate(model, { generator: `g${at}`, suspectLines: PRIOR.lines }).logit);
  for (const [at, truth] of kinds.entries())
    expect(Math.abs((rated[at] ?? 0) - (rated[0] ?? 0) - (truth - (kinds[0] ?? 0)))).toBeLessThan(0.6);
  const slope =
    rate(model, { generator: "g0", suspectLines: 300 }).logit -
    rate(model, { generator: "g0", suspectLines: 3 }).logit;
  expect(Math.abs(slope / (sizeOf(300) - sizeOf(3)) - size)).toBeLessThan(0.15);
});

test("95 % intervals hold about 95 % of the truths, with few outcomes and with many", () => {
  for (const tasks of [3, 12, 60]) {
    let held = { abilities: 0, tasks: 0 };
    let all = { abilities: 0, tasks: 0 };
    for (let world = 0; world < 100; world += 1) {
      const { outcomes, abilities, draw } = market(1000 * tasks + world, {
        tasks,
        hotkeys: 3,
        generators: 4,
      });
      const model = learn(emptyModel(), outcomes);
      for (const [at, truth] of abilities.entries()) {
        const { low, high } = ability(model, `h${at}`);
        held = { ...held, abilities: held.abilities + Number(low <= truth && truth <= high) };
        all = { ...all, abilities: all.abilities + 1 };
      }
      for (let next = 0; next < 3; next += 1) {
        const { difficulty, ...task } = draw();
        const { low, high } = rate(model, task);
        held = { ...held, tasks: held.tasks + Number(low <= difficulty && difficulty <= high) };
        all = { ...all, tasks: all.tasks + 1 };
      }
    }
    expect(held.abilities / all.abilities).toBeGreaterThan(0.9);
    expect(held.tasks / all.tasks).toBeGreaterThan(0.9);
    expect(held.tasks / all.tasks).toBeLessThan(0.995);
  }
});

describe("what it says", () => {
  test("difficulty is no constant, before and after learning", () => {
    const fresh = emptyModel();
    const small = rate(fresh, { generator: "g", suspectLines: 3 });
    const large = rate(fresh, { generator: "g", suspectLines: 3_000 });
    expect(large.logit).toBeGreaterThan(small.logit + 0.5);
    const outcome = { task: "t", hotkey: "h", generator: "g", suspectLines: 30, resolved: false };
    const learnt = learn(fresh, [outcome]);
    expect(rate(learnt, outcome).logit).toBeGreaterThan(rate(fresh, outcome).logit);
    expect(rate(learnt, { ...outcome, generator: "other" }).logit).toBeLessThan(rate(learnt, outcome).logit);
    expect(ability(learnt, "h").logit).toBeLessThan(ability(fresh, "h").logit);
  });
  test("an unknown miner has the prior's interval, a known one a narrower", () => {
    const outcomes = Array.from({ length: 40 }, (_, at) => ({
      ...{ task: `t${at}`, hotkey: "h", generator: "g", suspectLines: 30 },
      resolved: at % 2 === 0,
    }));
    const model = learn(emptyModel(), outcomes);
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    expect(ability(model, "new")).toEqual(ability(emptyModel(), "new"));
    expect(width(ability(model, "new"))).toBeCloseTo(2 * 1.96 * PRIOR.hotkey.deviation, 2);
    expect(width(ability(model, "h"))).toBeLessThan(width(ability(model, "new")));
  });
  test("an endless run of the same outcome stays finite", () => {
    for (const resolved of [true, false]) {
      let model = emptyModel();
      for (let task = 0; task < 300; task += 1)
        model = learn(model, [
          { task: `t${task}`, hotkey: "h", generator: "g", suspectLines: 1e9, resolved },
        ]);
      const { logit, low, high } = ability(model, "h");
      expect([logit, low, high].every(Number.isFinite)).toBe(true);
      expect(high).toBeGreaterThan(low);
    }
  });
});

test("the same outcomes give the same record, all at once or round by round, and it survives JSON", () => {
  const { outcomes } = market(3, { tasks: 20, hotkeys: 3, generators: 2 });
  const once = learn(emptyModel(), outcomes);
  let steps = emptyModel();
  for (let at = 0; at < outcomes.length; at += 6)
    steps = learn(Model.parse(JSON.parse(JSON.stringify(steps))), outcomes.slice(at, at + 6));
  expect(canonicalJson(steps)).toBe(canonicalJson(once));
  expect(Model.safeParse({ ...once, covariance: once.covariance.slice(1) }).success).toBe(false);
});

test("a try is counted once a task, and those seen longest ago are forgotten", () => {
  const outcome = { task: "t", hotkey: "h", generator: "g", suspectLines: 30, resolved: true };
  expect(learn(emptyModel(), [outcome, outcome])).toEqual(learn(emptyModel(), [outcome]));
  let model = emptyModel();
  for (let at = 0; at < MOST.generator + 6; at += 1)
    model = learn(model, [{ ...outcome, task: `t${at}`, generator: `g${at}` }]);
  const names = model.parameters.map(({ name }) => name);
  expect(names.filter((name) => name.startsWith("generator:"))).toHaveLength(MOST.generator);
  expect(names).not.toContain("generator:g5");
  expect(names).toContain("generator:g6");
  expect(names).toContain("level");
});

test("Laplace's approximation against a one-dimensional posterior found by search", () => {
  for (const [mean, variance, seen] of [
    [0, 1, true],
    [1.5, 4, false],
    [-3, 0.5, true],
  ] as const) {
    const { shift, shrink } = laplace([mean], [[variance]], [seen]);
    const log = (f: number) => -Math.log1p(Math.exp(seen ? -f : f)) - (f - mean) ** 2 / (2 * variance);
    let mode = -20;
    for (let f = -20; f <= 20; f += 0.0005) if (log(f) > log(mode)) mode = f;
    expect(mean + variance * (shift[0] ?? 0)).toBeCloseTo(mode, 2);
    const p = 1 / (1 + Math.exp(-mode));
    expect(variance - variance ** 2 * (shrink[0]?.[0] ?? 0)).toBeCloseTo(1 / (1 / variance + p * (1 - p)), 3);
  }
});
