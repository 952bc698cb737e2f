import { z } from "zod";
import type { Blobs } from "../platform/index.ts";
import type { KnownTest, Project, Tester } from "../python/index.ts";
import { Call, type Observed, observe } from "./calls.ts";
import { runInside } from "./inside.ts";
import { hasWithin } from "./lines.ts";
import type { Place } from "./place.ts";
import { openSteadiness } from "./steady.ts";
import { within } from "./within.ts";

/** A call that some test makes, and what comes of it on the pristine tree. */
export interface KnownCall {
  call: Call;
  expected: Observed["outcome"];
  lines: Observed["lines"];
  /** Tests that make it. */
  tests: ReadonlySet<string>;
}

/** What tests do with the project, remembered so that many candidates can ask. */
export interface Recordings {
  /** Calls of some of these tests that execute a place on the pristine tree, outermost and shortest first. */
  callsOf(tests: readonly KnownTest[], place: Place): Promise<KnownCall[]>;
}

interface Using {
  tester: Pick<Tester, "script">;
  blobs: Pick<Blobs, "get">;
  signal?: AbortSignal | undefined;
}

const Numbered = Call.extend({ id: z.number().int() });
const OneTest = z.object({ test: z.string(), calls: z.array(z.number().int()).max(10_000) });

/** Files whose tests are looked at for one candidate, tests of those, and calls of theirs. */
const MOST_FILES = 2;
const MOST_CALLS = 150;
/** Tests of one file that are recorded, and their milliseconds as the baseline measured them. */
const RECORDED = { most: 400, ms: 5_000 };

/** Record the tests of a file together when the first of them is asked for. */
export function openRecordings(
  project: Pick<Project, "context" | "tests" | "tree">,
  { blobs, ...using }: Using,
): Recordings {
  const isSteady = openSteadiness(project.tree, blobs);
  const files = Map.groupBy(project.tests, ({ file }) => file);
  const made = new Map<string, Promise<KnownCall[]>>();
  const callsIn = (file: string) => {
    const calls = made.get(file) ?? record(quickOf(files.get(file) ?? []), project, isSteady, using);
    made.set(file, calls);
    return calls;
  };
  return {
    async callsOf(tests, { path, first, last }) {
      const byFile = [...Map.groupBy(tests, ({ file }) => file)];
      const chosen = byFile
        .sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
        .slice(0, MOST_FILES);
      const found: KnownCall[] = [];
      for (const [file] of chosen)
        for (const known of await callsIn(file)) {
          const lines = known.lines.get(path);
          if (lines && hasWithin(lines, first, last)) found.push(known);
        }
      return found.sort((a, b) => awkwardness(a.call) - awkwardness(b.call)).slice(0, MOST_CALLS);
    },
  };
}

/** The quick ones, in the order of the file. */
function quickOf(tests: readonly KnownTest[]): string[] {
  const quick = new Set(
    within(
      tests.toSorted((a, b) => a.ms - b.ms),
      RECORDED,
    ),
  );
  return tests.filter((test) => quick.has(test)).map(({ id }) => id);
}

/** The calls that tests make, with what comes of each when it is made alone; unsteady ones are left out. */
async function record(
  tests: readonly string[],
  { context: { testPaths, pytestArguments } }: Pick<Project, "context">,
  isSteady: (lines: KnownCall["lines"]) => Promise<boolean>,
  using: Omit<Using, "blobs">,
): Promise<KnownCall[]> {
  const order = { tests, testPaths, arguments: pytestArguments, seconds: 40 };
  const limits = { wallMs: 60_000, cpuSeconds: 60 };
  const said = await runInside("record_calls", order, {}, { ...using, limits });
  const calls = new Map<number, Call>();
  const makers = new Map<number, Set<string>>();
  for (const line of said.lines) {
    const call = Numbered.safeParse(line);
    const test = OneTest.safeParse(line);
    if (call.success) {
      calls.set(call.data.id, call.data);
      makers.set(call.data.id, new Set());
    } else if (test.success) for (const id of test.data.calls) makers.get(id)?.add(test.data.test);
  }
  const observed = await observe([...calls.values()], {}, { testPaths, lines: true }, using);
  const known: KnownCall[] = [];
  for (const [at, [id, call]] of [...calls].entries()) {
    const one = observed.get(at);
    if (!one || !(await isSteady(one.lines))) continue;
    known.push({ call, expected: one.outcome, lines: one.lines, tests: makers.get(id) ?? new Set() });
  }
  return known;
}

/** Low for what a user would write: public names, called directly, in few and short lines. */
function awkwardness({ name, title, depth, prelude, call }: Call): number {
  const hidden = /(?:^|\.)_(?!_)/.test(name) || /(?:^|\.)_(?!_)/.test(title) ? 400 : 0;
  const text = prelude.reduce((sum, line) => sum + line.length / 2, call.length);
  return hidden + 60 * Math.min(depth, 3) + 15 * prelude.length + text;
}
