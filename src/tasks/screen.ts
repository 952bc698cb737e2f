import type { Changes, KnownTest, Project, Tester, TestRun } from "../python/index.ts";
import type { Coverage } from "./coverage.ts";
import type { Place } from "./place.ts";
import { within } from "./within.ts";

/** How tests fall at the base state. */
export type Screened = { ok: true; failed: string[]; passed: string[] } | { ok: false; reason: string };

/** Tests that are run first, to find out whether any notices; others beside them; and all. */
const QUICK = { most: 60, ms: 4_000 };
const BESIDE = { most: 12, ms: 1_000 };
const ALL = { most: 400, ms: 20_000 };
/** PASS_TO_PASS is run with every patch of every miner, so it is kept small. */
const PASSING = { most: 60, ms: 1_000 };

/**
 * Run the tests that reach a place, the fastest first, at the base state. `failed` are all that fail, `passed` some
 * that do not: of the same test files, else such as look at the same file, else any.
 */
export async function screen(
  place: Place,
  reaching: readonly KnownTest[],
  base: Changes,
  project: Pick<Project, "tests">,
  coverage: Coverage,
  { tester, signal }: { tester: Pick<Tester, "run">; signal?: AbortSignal | undefined },
): Promise<Screened> {
  if (within(reaching, ALL).length < reaching.length) return no("too many tests reach it");
  const outcomes: TestRun["outcomes"] = {};
  const run = async (tests: readonly KnownTest[]) => {
    const expected = tests.reduce((sum, { ms }) => sum + ms, 0);
    const limits = { wallMs: Math.round(6_000 + 4 * expected), cpuSeconds: 20 + Math.ceil(expected / 250) };
    const job = { changes: base, tests: tests.map(({ id }) => id), limits };
    const done = await tester.run(job, signal ? { signal } : {});
    Object.assign(outcomes, done.outcomes);
    return unfit(done, job.tests);
  };
  const isRed = ({ id }: KnownTest) => outcomes[id] === "failed" || outcomes[id] === "error";

  const quick = within(reaching, QUICK);
  const some = within(besideOf(place, reaching, project, coverage), BESIDE);
  const trouble = await run([...quick, ...some]);
  if (trouble) return no(trouble);
  if (!quick.some(isRed)) return no("no test notices it");
  const rest = reaching.slice(quick.length);
  const more = rest.length > 0 ? await run(rest) : null;
  if (more) return no(more);
  const all = [...reaching, ...some];
  const failed = all.filter(isRed);
  if (failed.length > 40 && failed.length > project.tests.length / 3) return no("a third of all tests fail");
  const files = new Set(failed.map(({ file }) => file));
  const passing = all
    .filter((test) => !isRed(test))
    .toSorted((a, b) => Number(files.has(b.file)) - Number(files.has(a.file)));
  if (passing.length === 0) return no("everything fails");
  return {
    ok: true,
    failed: failed.map(({ id }) => id),
    passed: within(passing, PASSING).map(({ id }) => id),
  };
}

/** Tests that do not reach the place, the nearest to those that do first. */
function besideOf(
  { path }: Place,
  reaching: readonly KnownTest[],
  { tests }: Pick<Project, "tests">,
  coverage: Coverage,
): KnownTest[] {
  const near = new Set(reaching);
  const looking = new Set(coverage.covering({ path, first: 1, last: 1_000_000 }));
  const files = new Set(reaching.map(({ file }) => file));
  const distance = (test: KnownTest) => (files.has(test.file) ? 0 : 2) + (looking.has(test) ? 0 : 1);
  return tests.filter((test) => !near.has(test)).toSorted((a, b) => distance(a) - distance(b) || a.ms - b.ms);
}

const no = (reason: string): Screened => ({ ok: false, reason });

/** Why a run is no ground for a task: it must come to its end, with every test heard. */
function unfit(run: TestRun, tests: readonly string[]): string | null {
  if (run.timedOut || run.signal === "SIGXCPU") return "does not end";
  if (run.exceeded) return `uses too much ${run.exceeded}`;
  if (!run.complete) return "breaks the run";
  return tests.every((id) => run.outcomes[id] !== undefined) ? null : "breaks the collection";
}
