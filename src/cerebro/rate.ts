import type { Difficulty } from "../protocol/index.ts";
import { type Model, PRIOR, sizeOf } from "./model.ts";

/** Half the width of a 95 % interval, in standard deviations. */
const Z = 1.959963984540054;

/** How hard a task of this kind is, before anybody tried it; the interval is that of this one task. */
export function rate(model: Model, task: { generator: string; suspectLines: number }): Difficulty {
  const form = new Map([
    ["level", 1],
    ["size", sizeOf(task.suspectLines)],
    [`generator:${task.generator}`, 1],
  ]);
  const { mean, variance } = read(model, form, PRIOR.generator);
  return interval(mean, variance + PRIOR.task ** 2);
}

/** How able a miner is: it resolves a task of this difficulty half of the time. */
export function ability(model: Model, hotkey: string): Difficulty {
  const { mean, variance } = read(model, new Map([[`hotkey:${hotkey}`, 1]]), PRIOR.hotkey);
  return interval(mean, variance);
}

/** Mean and variance of a weighted sum of parameters; one that the model does not know yet has its prior. */
function read(
  { parameters, covariance }: Model,
  form: ReadonlyMap<string, number>,
  unknown: { mean: number; deviation: number },
): { mean: number; variance: number } {
  const known = parameters.flatMap(({ name, mean }, at) => {
    const weight = form.get(name);
    return weight === undefined ? [] : [{ at, mean, weight }];
  });
  const missing = form.size - known.length;
  let mean = missing * unknown.mean;
  let variance = missing * unknown.deviation ** 2;
  for (const one of known) {
    mean += one.weight * one.mean;
    for (const other of known)
      variance +=
        one.weight *
        other.weight *
        (covariance[Math.max(one.at, other.at)]?.[Math.min(one.at, other.at)] ?? 0);
  }
  return { mean, variance };
}

function interval(logit: number, variance: number): Difficulty {
  const half = Z * Math.sqrt(Math.max(0, variance));
  return { logit, low: logit - half, high: logit + half };
}
