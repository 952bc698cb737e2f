import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Context } from "../protocol/index.ts";
import type { TemplateResult } from "../sandbox/index.ts";
import type { Outcome, TestRun } from "./outcome.ts";

/** Host path of a Python file of this room. */
export function insideFile(name: string): string {
  return fileURLToPath(new URL(`inside/${name}`, import.meta.url));
}

/** What `inside/run_tests.py` is told; its `main(order, report)` does one of three things. */
export type Order =
  | {
      do: "run";
      tests: readonly string[];
      arguments: readonly string[];
      roots: readonly string[];
      testSeconds?: number;
    }
  | { do: "collect"; arguments: readonly string[]; roots: readonly string[]; targets?: readonly string[] }
  | { do: "script"; script: string; roots: readonly string[] };

export const runOrder = (context: Context, tests: readonly string[], testSeconds?: number): Order => ({
  do: "run",
  tests,
  arguments: context.pytestArguments,
  roots: context.sourceRoots,
  ...(testSeconds === undefined ? {} : { testSeconds }),
});

const OneTest = z.object({
  test: z.string(),
  outcome: z.enum(["passed", "failed", "error", "skipped", "xfailed", "xpassed"]),
  ms: z.number(),
  message: z.string().max(400).optional(),
  replaced: z.array(z.string()).optional(),
});
const End = z.object({ end: z.number().int(), count: z.number().int() });
const Start = z.object({ start: z.string() });
const Collected = z.object({ collected: z.array(z.tuple([z.string(), z.string(), z.array(z.string())])) });
const Broken = z.object({ broken: z.string(), message: z.string() });
const Ini = z.object({ ini: z.string().nullable() });

/**
 * Read the reports of a run. The project runs in the same process, so nothing is believed beyond its form: a
 * test that was not asked for, a second result for one test, or anything after the end makes the run incomplete.
 */
export function readRun(
  result: TemplateResult,
  tests: readonly string[],
): TestRun & { hanging: string | null } {
  const asked = new Set(tests);
  const outcomes: Record<string, Outcome> = {};
  const failures: Record<string, string> = {};
  const durations: Record<string, number> = {};
  const replaced: Record<string, string[]> = {};
  let end: z.infer<typeof End> | null = null;
  let sound = true;
  let running: string | null = null;
  // three reports a test is what a run has; what comes after twice as many is not worth looking at
  const worth = result.reports.slice(0, 6 * asked.size + 100);
  if (worth.length < result.reports.length) sound = false;
  for (const report of worth) {
    if (end) sound = false;
    const test = OneTest.safeParse(report);
    if (test.success) {
      const { test: id, outcome, ms, message } = test.data;
      if (!asked.has(id) || Object.hasOwn(outcomes, id)) sound = false;
      else {
        outcomes[id] = outcome;
        durations[id] = ms;
        if (message !== undefined) failures[id] = message;
        if (test.data.replaced) replaced[id] = test.data.replaced;
      }
      running = null;
      continue;
    }
    const start = Start.safeParse(report);
    const last = End.safeParse(report);
    if (start.success) running = start.data.start;
    else if (last.success) end ??= last.data;
    else sound = false;
  }
  const counted = Object.keys(outcomes).length;
  return {
    outcomes,
    failures,
    durations,
    replaced,
    pytestExit: end?.end ?? null,
    exitCode: result.exitCode,
    signal: result.signal,
    timedOut: result.timedOut,
    exceeded: result.exceeded,
    complete: sound && end !== null && end.count === counted && result.exitCode === end.end,
    stdout: result.stdout,
    stderr: result.stderr,
    elapsedMs: result.elapsedMs,
    hanging: end ? null : running,
  };
}

export interface CollectedTest {
  id: string;
  file: string;
  fixtures: string[];
}

export interface Collection {
  tests: CollectedTest[];
  /** Files or folders that could not be collected, with the end of what pytest said. */
  broken: { id: string; message: string }[];
  /** pytest's configuration file, relative to the tree. */
  ini: string | null;
  /** pytest's exit status; null when it never came to its end. */
  exit: number | null;
}

/** Read the reports of a collection. */
export function readCollection(result: TemplateResult): Collection {
  const collection: Collection = { tests: [], broken: [], ini: null, exit: null };
  for (const report of result.reports) {
    const collected = Collected.safeParse(report);
    const broken = Broken.safeParse(report);
    const ini = Ini.safeParse(report);
    const end = End.safeParse(report);
    if (collected.success)
      for (const [id, file, fixtures] of collected.data.collected)
        collection.tests.push({ id, file, fixtures });
    else if (broken.success) collection.broken.push({ id: broken.data.broken, message: broken.data.message });
    else if (ini.success) collection.ini = ini.data.ini;
    else if (end.success) collection.exit = end.data.end;
  }
  return collection;
}
