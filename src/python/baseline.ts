import type { Context } from "../protocol/index.ts";
import { fileBatches, type Seen, tally } from "./baselineRun.ts";
import type { KnownTest, Project } from "./project.ts";
import type { CollectedTest } from "./runner.ts";
import type { Runner } from "./tester.ts";

export interface Baseline {
  tests: KnownTest[];
  excluded: Project["excluded"];
}

/** A test slower than this is no help: it would be run hundreds of times. */
const SLOW_MS = 2000;
const MOST_TESTS = 4000;
/** More than are kept: some of those that are tried do not hold. */
const MOST_TRIED = 6000;
/** All kept tests together. */
const SUITE_MS = 12_000;
const FIRST_MS = 30_000;
const AGAIN_MS = 60_000;
const LATE = "beyond the time of a run";

/**
 * Run the collected tests three times on the pristine tree and keep those that pass quickly every time. First in
 * batches of files, each with its share of the time, so that a slow or stuck module does not hide the others; then
 * twice all together, as they will be run ever after.
 */
export async function baseline(
  collected: readonly CollectedTest[],
  context: Context,
  { tester, signal }: { tester: Pick<Runner, "order">; signal?: AbortSignal | undefined },
): Promise<Baseline> {
  const excluded = new Map<string, string>();
  const longest = new Map<string, number>();
  const room = { tester, context, signal };
  const unique = [...new Map(collected.map((test) => [test.id, test])).values()];
  const refuse = (test: CollectedTest) => excluded.set(test.id, LATE);
  let kept = fairly(unique, MOST_TRIED, () => 1, refuse);
  const held = (seen: ReadonlyMap<string, Seen>, first: boolean) => {
    kept = kept.filter(({ id }) => {
      const { outcome, ms, message } = seen.get(id) ?? { outcome: "missing", ms: 0, message: "" };
      longest.set(id, Math.max(longest.get(id) ?? 0, ms));
      if (outcome === "passed" && ms <= SLOW_MS) return true;
      const what = [outcome, message.replace(/\s+/g, " ").trim()].filter(Boolean).join(": ");
      if (outcome === "missing") excluded.set(id, first ? LATE : "flaky: it did not report again");
      else if (ms > SLOW_MS) excluded.set(id, `slow: ${Math.round(ms)} ms`);
      else excluded.set(id, first ? what : `flaky: passed, then ${what}`);
      return false;
    });
  };

  const first = new Map<string, Seen>();
  const batches = fileBatches(kept);
  let time = FIRST_MS;
  for (const [at, batch] of batches.entries()) {
    const share = Math.max(3000, (1.5 * time) / (batches.length - at));
    if (time <= 0) break;
    const started = performance.now();
    for (const [id, seen] of await tally(batch, Math.min(share, time), room)) first.set(id, seen);
    time -= performance.now() - started;
  }
  held(first, true);
  const few = fairly(kept, MOST_TESTS, () => 1, refuse);
  kept = fairly(few, SUITE_MS, ({ id }) => Math.max(1, longest.get(id) ?? 1), refuse);
  for (let again = 0; again < 2 && kept.length > 0; again += 1)
    held(
      await tally(
        kept.map(({ id }) => id),
        AGAIN_MS,
        room,
      ),
      false,
    );
  return {
    tests: kept.map(({ id, file }) => ({ id, file, ms: Math.ceil(longest.get(id) ?? 0) })),
    excluded: summed(excluded, unique),
  };
}

/** As many tests as a budget allows, every file getting its share before any gets more; in their old order. */
function fairly(
  tests: readonly CollectedTest[],
  budget: number,
  cost: (test: CollectedTest) => number,
  refuse: (test: CollectedTest) => void,
): CollectedTest[] {
  if (tests.reduce((sum, test) => sum + cost(test), 0) <= budget) return [...tests];
  const files = Map.groupBy(tests, ({ file }) => file);
  const taken = new Set<CollectedTest>();
  let left = budget;
  let waiting = [...files.values()].map((of) => [...of]);
  while (waiting.length > 0) {
    for (const queue of waiting) {
      const next = queue.shift();
      if (!next || cost(next) > left) continue;
      left -= cost(next);
      taken.add(next);
    }
    waiting = waiting.filter((queue) => queue.length > 0);
  }
  for (const test of tests) if (!taken.has(test)) refuse(test);
  return tests.filter((test) => taken.has(test));
}

/** Exclusions for want of time are told by file: there may be tens of thousands. */
function summed(
  excluded: ReadonlyMap<string, string>,
  tests: readonly CollectedTest[],
): Baseline["excluded"] {
  const files = new Map(tests.map(({ id, file }) => [id, file]));
  const late = new Map<string, number>();
  const told: Baseline["excluded"] = [];
  for (const [id, reason] of excluded) {
    const file = files.get(id) ?? id;
    if (reason === LATE) late.set(file, (late.get(file) ?? 0) + 1);
    else if (told.length < 2000) told.push({ id, reason });
  }
  for (const [id, count] of late) told.push({ id, reason: `${count} of its tests: ${LATE}` });
  return told;
}
