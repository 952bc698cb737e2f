import { laplace } from "./laplace.ts";
import { MOST, type Model, PRIOR, sizeOf } from "./model.ts";

/** One verified try: who tried which task, and whether the strict verdict was `resolved`. Leave `unscored` ones out. */
export interface TaskOutcome {
  task: string;
  hotkey: string;
  generator: string;
  suspectLines: number;
  resolved: boolean;
}

/**
 * Learn from outcomes, task by task in their order; all tries of one task belong into one call. The Gaussian is
 * carried on by Laplace's approximation of its product with the tries' logistic likelihood: sequential Bayesian
 * logistic regression (Spiegelhalter and Lauritzen, 1990; the algebra is algorithm 3.1 of Rasmussen and Williams,
 * Gaussian Processes for Machine Learning, 2006). The task's own difficulty is integrated out.
 */
export function learn(model: Model, outcomes: readonly TaskOutcome[]): Model {
  let learnt = model;
  for (const tries of Map.groupBy(outcomes, ({ task }) => task).values()) learnt = learnTask(learnt, tries);
  return learnt;
}

function learnTask(model: Model, outcomes: readonly TaskOutcome[]): Model {
  const tries = [...new Map(outcomes.map((each) => [each.hotkey, each])).values()];
  const tasks = model.tasks + 1;
  const names = [...tries.flatMap(({ generator, hotkey }) => [`generator:${generator}`, `hotkey:${hotkey}`])];
  const { parameters, covariance } = grown(model, new Set(["level", "size", ...names]), tasks);
  const place = new Map(parameters.map(({ name }, at) => [name, at]));
  const forms = tries.map(({ generator, hotkey, suspectLines }) => [
    { at: place.get(`hotkey:${hotkey}`) ?? 0, weight: 1 },
    { at: place.get("level") ?? 0, weight: -1 },
    { at: place.get("size") ?? 0, weight: -sizeOf(suspectLines) },
    { at: place.get(`generator:${generator}`) ?? 0, weight: -1 },
  ]);
  const along = forms.map((form) =>
    covariance.map((row) => form.reduce((sum, { at, weight }) => sum + weight * (row[at] ?? 0), 0)),
  );
  const between = along.map((column) =>
    forms.map((form) =>
      form.reduce((sum, { at, weight }) => sum + weight * (column[at] ?? 0), PRIOR.task ** 2),
    ),
  );
  const means = forms.map((form) =>
    form.reduce((sum, { at, weight }) => sum + weight * (parameters[at]?.mean ?? 0), 0),
  );
  const { shift, shrink } = laplace(
    means,
    between,
    tries.map(({ resolved }) => resolved),
  );
  const moved = parameters.map((each, at) => ({
    ...each,
    mean: tidy(
      each.mean + along.reduce((sum, column, one) => sum + (column[at] ?? 0) * (shift[one] ?? 0), 0),
    ),
  }));
  // rows of shrink · along, so that the covariance loses alongᵀ · shrink · along
  const loss = shrink.map((row) =>
    parameters.map((_, at) => row.reduce((sum, value, one) => sum + value * (along[one]?.[at] ?? 0), 0)),
  );
  const triangle = covariance.map((row, at) =>
    row
      .slice(0, at + 1)
      .map((value, other) =>
        tidy(
          value - along.reduce((sum, column, one) => sum + (column[at] ?? 0) * (loss[one]?.[other] ?? 0), 0),
        ),
      ),
  );
  return { version: 1, tasks, parameters: moved, covariance: triangle };
}

/** The model with room for these names and without those seen longest ago; its covariance as a full square. */
function grown(
  model: Model,
  names: ReadonlySet<string>,
  tasks: number,
): { parameters: Model["parameters"]; covariance: number[][] } {
  const known = new Set(model.parameters.map(({ name }) => name));
  const fresh = [...names].filter((name) => !known.has(name));
  const all = [
    ...model.parameters.map((each, at) => ({ ...each, at, seen: names.has(each.name) ? tasks : each.seen })),
    ...fresh.map((name) => ({ name, mean: priorOf(name).mean, seen: tasks, at: -1 })),
  ];
  const gone = new Set([...forgotten(all, "generator"), ...forgotten(all, "hotkey")]);
  const kept = all.filter(({ name }) => !gone.has(name));
  const covariance = kept.map((one) =>
    kept.map((other) => {
      if (one === other) {
        const variance =
          one.at < 0 ? priorOf(one.name).deviation ** 2 : (model.covariance[one.at]?.[one.at] ?? 0);
        return variance + (names.has(one.name) && one.name.startsWith("hotkey:") ? PRIOR.drift : 0);
      }
      if (one.at < 0 || other.at < 0) return 0;
      return model.covariance[Math.max(one.at, other.at)]?.[Math.min(one.at, other.at)] ?? 0;
    }),
  );
  return { parameters: kept.map(({ name, mean, seen }) => ({ name, mean, seen })), covariance };
}

function forgotten(all: readonly { name: string; seen: number }[], kind: keyof typeof MOST): string[] {
  const these = all.filter(({ name }) => name.startsWith(`${kind}:`)).sort((a, b) => b.seen - a.seen);
  return these.slice(MOST[kind]).map(({ name }) => name);
}

function priorOf(name: string): { mean: number; deviation: number } {
  return name.startsWith("hotkey:") ? PRIOR.hotkey : PRIOR.generator;
}

/** Short enough to store, exact enough to go on from. */
const tidy = (value: number) => Math.round(value * 1e10) / 1e10;
