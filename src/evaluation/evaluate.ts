import { type Blobs, type Clock, explain } from "../platform/index.ts";
import { type Evaluation, hashValue, type Task } from "../protocol/index.ts";
import type { Tester } from "../python/index.ts";
import type { Judge } from "./judge/judge.ts";
import { agree } from "./layers/agree.ts";
import { apply } from "./layers/apply.ts";
import { canaries } from "./layers/canaries.ts";
import { differential } from "./layers/differential.ts";
import { empty } from "./layers/empty.ts";
import { grade } from "./layers/grade.ts";
import { parse } from "./layers/parse.ts";
import { paths } from "./layers/paths.ts";
import { replaced } from "./layers/replaced.ts";
import { reproduction } from "./layers/reproduction.ts";
import { run } from "./layers/run.ts";
import { scan } from "./layers/scan.ts";
import { time } from "./layers/time.ts";
import { type Metrics, measure, nothing } from "./metrics.ts";
import { openState } from "./state.ts";
import { type Layer, newWork, type Ruling, type Work } from "./work.ts";

/** An evaluation without what only the caller knows: whose patch it is and when it was asked for. */
export type Graded = Omit<Evaluation, "round" | "task" | "hotkey" | "patch">;

/** What the patch itself must pass before anything runs. */
const before: readonly Layer[] = [empty, parse, paths, apply, scan];
/** What the patched state must pass. */
const after: readonly Layer[] = [run, time, agree, grade, canaries, replaced, reproduction, differential];

/** What an evaluation uses; `judge` is asked about resolved patches only. */
interface Using {
  tester: Pick<Tester, "run" | "script">;
  blobs: Pick<Blobs, "get">;
  clock: Pick<Clock, "now">;
  judge?: Judge;
  signal?: AbortSignal;
}

/**
 * Judge a patch. Always an evaluation: what the candidate does wrong is a verdict, what we could not do is
 * `unscored`. Throws only when `signal` aborts.
 */
export function evaluate(patchText: string, task: Task, using: Using): Promise<Graded> {
  return strict(patchText, task, [...before, ...after], using);
}

/** Judge the base's own state, as if by a patch that changes nothing. A verified task's base is `unresolved`. */
export function evaluateBase(task: Task, using: Omit<Using, "judge">): Promise<Graded> {
  return strict("", task, after, using);
}

async function strict(
  patchText: string,
  task: Task,
  layers: readonly Layer[],
  { tester, blobs, clock, judge, signal }: Using,
): Promise<Graded> {
  const started = clock.now();
  let found: Omit<Graded, "durationMs"> & Metrics;
  try {
    const state = await openState(task, { blobs });
    const work = newWork(patchText, task, state);
    const ruling = await rule(layers, work, { tester, ...(signal ? { signal } : {}) });
    const { failToPass, passToPass } = work;
    const metrics = await measured(work);
    found = { ...ruling, failToPass, passToPass, log: logOf(work), ...metrics, judge: null };
    if (judge && found.verdict === "resolved") found.judge = await asked(judge, patchText, task, signal);
  } catch (error) {
    signal?.throwIfAborted();
    found = unscored(error);
  }
  return { ...found, durationMs: Math.max(0, Math.round(clock.now() - started)) };
}

/** What is too intricate to be measured is worth nothing where sizes count, and is judged all the same. */
async function measured(work: Work): Promise<Metrics> {
  return measure(work).catch((error: unknown) => {
    if (error instanceof RangeError) return nothing;
    throw error;
  });
}

/** What is said of a patch that we could not judge. */
export function unscored(error: unknown): Graded {
  const none = { success: [], failure: [] };
  return {
    ...{ verdict: "unscored", layer: "evaluation", reason: explain(error).slice(0, 500) },
    ...{ failToPass: none, passToPass: none, log: null, ...nothing, judge: null, durationMs: 0 },
  };
}

async function rule(
  layers: readonly Layer[],
  work: Work,
  door: Parameters<Layer["check"]>[1],
): Promise<{ layer: string; reason: string; verdict: Ruling["verdict"] | "resolved" }> {
  for (const { name, check } of layers) {
    const ruling = await check(work, door);
    if (ruling) return { layer: name, verdict: ruling.verdict, reason: oneLine(ruling.reason) };
  }
  return { layer: "all", verdict: "resolved", reason: "every test and check passed" };
}

/** The judge's word, in 0..1; a judge that fails says nothing. */
async function asked(
  judge: Judge,
  patchText: string,
  task: Task,
  signal?: AbortSignal,
): Promise<number | null> {
  try {
    const score = await judge(patchText, task);
    return score !== null && score >= 0 && score <= 1 ? Math.round(score * 4) / 4 : null;
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}

/** The hash of what the run said of the tests that the task asks for: nothing of time, names of canaries or prose. */
function logOf({ task, run }: Pick<Work, "task" | "run">): Graded["log"] {
  if (!run) return null;
  const asked = [...new Set([...task.failToPass, ...task.passToPass])].sort();
  const outcomes = asked.map((id) => [id, run.outcomes[id] ?? "missing"]);
  return hashValue({ outcomes, pytestExit: run.pytestExit, exitCode: run.exitCode, signal: run.signal });
}

/** Reasons quote the candidate, so they are cut and cleaned. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .toWellFormed()
    .slice(0, 500);
}
