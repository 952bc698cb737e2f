import { z } from "zod";
import type { KnownTest, Project, Tester } from "../python/index.ts";
import { runInside } from "./inside.ts";
import { bitsOf, Executed, hasWithin, linesOf } from "./lines.ts";
import type { Place } from "./place.ts";
import { within } from "./within.ts";

/** Which tests execute which lines of the project's own code. */
export interface Coverage {
  /** Files of the project that some test executes. */
  files: readonly string[];
  /** Tests that execute a place, the fastest first. */
  covering(place: Place): KnownTest[];
  /** Lines of a file that some test executes. */
  lines(path: string): ReadonlySet<number>;
}

const OneTest = z.object({ test: z.string(), lines: Executed });

/**
 * Trace every known test once on the pristine tree. Tests that do not fit into `seconds` are left out: nothing
 * is known about them.
 */
export async function measureCoverage(
  project: Pick<Project, "tests" | "context">,
  {
    tester,
    signal,
    seconds = 45,
  }: { tester: Pick<Tester, "script">; signal?: AbortSignal | undefined; seconds?: number },
): Promise<Coverage> {
  const { context } = project;
  const faster = project.tests.toSorted((a, b) => a.ms - b.ms);
  const chosen = new Map(within(faster, { most: 20_000, ms: seconds * 250 }).map((test) => [test.id, test]));
  const order = {
    tests: project.tests.flatMap(({ id }) => (chosen.has(id) ? [id] : [])),
    testPaths: context.testPaths,
    arguments: context.pytestArguments,
    seconds,
  };
  const limits = { wallMs: (seconds + 60) * 1000, cpuSeconds: seconds + 60 };
  const said = await runInside("coverage_lines", order, {}, { tester, signal, limits });
  const traced = new Map<string, Map<string, Uint8Array>>();
  for (const line of said.lines) {
    const one = OneTest.safeParse(line);
    if (one.success && chosen.has(one.data.test)) traced.set(one.data.test, bitsOf(one.data.lines));
  }
  return {
    files: [...new Set([...traced.values()].flatMap((files) => [...files.keys()]))].sort(),
    covering: ({ path, first, last }) =>
      [...chosen.values()].filter(({ id }) => {
        const bits = traced.get(id)?.get(path);
        return bits !== undefined && hasWithin(bits, first, last);
      }),
    lines(path) {
      const lines = new Set<number>();
      for (const files of traced.values()) for (const line of linesOf(files.get(path))) lines.add(line);
      return lines;
    },
  };
}
