import { hashBytes } from "../../protocol/index.ts";
import type { CheckResult, Scout } from "../../python/index.ts";
import type { TrajectoryStep } from "../agent.ts";
import { applySplices, type Candidate } from "./propose.ts";
import { merit, type Plausible } from "./rank.ts";

/** A candidate with its place in the order. */
export interface Ordered {
  candidate: Candidate;
  priority: number;
  gain: number;
  /** Edits made before this one, which its own splices already stand on. */
  on: readonly Candidate[];
}

export interface Trialling {
  scout: Scout;
  /** Indices of the checks that fail on the tree. */
  failing: readonly number[];
  /** How those did on the tree, in the same order. */
  base: readonly CheckResult[];
  /** Docstring checks by qualified function: index, and whether it passes on the tree. */
  docstrings: readonly { index: number; passes: boolean }[];
  /** Tests that pass on the tree and go through a file, the nearest first. */
  testsOf(candidate: Candidate): readonly string[];
  encode(path: string, text: string): Uint8Array;
  cpuSeconds: number;
  testSeconds: number;
  signal: AbortSignal;
  onStep(step: TrajectoryStep): void;
}

/** What is left of the budget; shared by the rounds of one search. */
export interface Purse {
  tried: number;
  budget: number;
  seen: Set<string>;
  /** Candidates tried when the first plausible one came. */
  firstAt: number | null;
}

/** How many plausible patches are enough to choose among. */
const enough = 6;

/**
 * Try candidates in order until so many were tried in all, the signal comes, or there are enough plausible ones and the
 * search for others has gone on long enough. `partial` collects what changed the failure for the better.
 */
export async function search(
  ordered: Iterable<Ordered>,
  purse: Purse,
  until: number,
  found: { plausible: Plausible[]; partial: Ordered[] },
  trialling: Trialling,
): Promise<void> {
  for (const each of ordered) {
    if (purse.tried >= until || finished(purse, found.plausible, each, trialling.signal)) return;
    const { candidate } = each;
    const text = applySplices(candidate.file.text, candidate.splices);
    const key = hashBytes(`${candidate.file.path}\n${text}`); // the texts themselves would fill the memory
    if (purse.seen.has(key)) continue;
    purse.seen.add(key);
    const outcome = await attempt(each, text, trialling);
    if (outcome === "invalid") continue;
    purse.tried += 1;
    if (outcome === "plausible") {
      purse.firstAt ??= purse.tried;
      const plausible = await describe(each, text, trialling);
      if (plausible) found.plausible.push(plausible);
    } else if (outcome === "better") found.partial.push(each);
    if (outcome !== "failed")
      trialling.onStep({
        kind: outcome,
        tried: purse.tried,
        path: candidate.file.path,
        row: candidate.row + 1,
        template: candidate.template,
      });
  }
}

function finished(
  purse: Purse,
  plausible: readonly Plausible[],
  next: Ordered,
  signal: AbortSignal,
): boolean {
  if (signal.aborted) return true;
  if (purse.firstAt === null || plausible.length === 0) return false;
  if (plausible.length >= enough) return true;
  if (purse.tried >= purse.firstAt + Math.max(15, 0.12 * purse.budget)) return true;
  const best = Math.max(...plausible.map(({ priority }) => priority));
  return next.priority < best * 0.15;
}

type Outcome = "plausible" | "better" | "failed" | "invalid";

async function attempt(each: Ordered, text: string, trialling: Trialling): Promise<Outcome> {
  const { scout, failing, base, cpuSeconds, testSeconds, signal, encode } = trialling;
  const { candidate } = each;
  const tests = trialling.testsOf(candidate);
  const trial = await scout.run(
    { changes: { [candidate.file.path]: encode(candidate.file.path, text) }, checks: failing, tests },
    { patience: { check: 5, cpu: cpuSeconds, test: testSeconds, tests: 20 }, signal },
  );
  if ("invalid" in trial) return "invalid";
  const last = trial.checks.at(-1);
  if (trial.checks.length < failing.length || last?.outcome !== "passed")
    return isBetter(trial.checks, base) ? "better" : "failed";
  const regressed = tests.some(
    (id) => trial.tests[id] !== undefined && !/^(passed|skipped)$/.test(trial.tests[id].outcome),
  );
  return regressed ? "failed" : "plausible";
}

/** More checks pass, the same check gets further, or an error gave way to a mere wrong answer. */
function isBetter(now: readonly CheckResult[], base: readonly CheckResult[]): boolean {
  const last = now.at(-1);
  const then = base[now.length - 1];
  if (!last || !then || last.outcome === "timeout") return false;
  if (now.length > 1 && then.outcome !== "passed") return now.length > firstFailing(base);
  if (last.line > then.line) return true;
  return then.type !== "AssertionError" && last.type === "AssertionError";
}

const firstFailing = (base: readonly CheckResult[]) =>
  base.findIndex(({ outcome }) => outcome !== "passed") + 1;

/** Hold a plausible candidate against the examples in docstrings; undefined where one breaks that passed. */
async function describe(each: Ordered, text: string, trialling: Trialling): Promise<Plausible | undefined> {
  const { candidate } = each;
  const { docstrings, scout, encode, signal } = trialling;
  let mended = 0;
  if (docstrings.length > 0) {
    const trial = await scout.run(
      {
        changes: { [candidate.file.path]: encode(candidate.file.path, text) },
        checks: docstrings.map(({ index }) => index),
        tests: [],
        stop: false,
      },
      { patience: { check: 2, cpu: 2 }, signal },
    );
    if ("invalid" in trial) return undefined;
    for (const [at, { passes }] of docstrings.entries()) {
      const passed = trial.checks[at]?.outcome === "passed";
      if (passes && !passed) return undefined;
      if (!passes && passed) mended += 1;
    }
  }
  return {
    candidates: [...each.on, candidate],
    text,
    path: candidate.file.path,
    priority: each.priority,
    gain: each.gain,
    mended,
  };
}

/** The plausible ones, the best first. */
export const ranked = (plausible: readonly Plausible[]) => [...plausible].sort((a, b) => merit(b) - merit(a));
