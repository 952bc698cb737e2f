import type { Context } from "../protocol/index.ts";
import { type CollectedTest, readRun, runOrder } from "./runner.ts";
import type { Runner } from "./tester.ts";

/** How a test did, or `stuck`, or that it ended the process. */
export interface Seen {
  outcome: string;
  ms: number;
  message: string;
}

/** A test that takes longer is interrupted. */
const STUCK_SECONDS = 6;
const MOST_FORKS = 8;
const FORK_MS = 30_000;
const BATCHES = 12;

/** Tests by file, the files in at most a dozen batches of about the same size, all in their order. */
export function fileBatches(tests: readonly CollectedTest[]): string[][] {
  const files = [...Map.groupBy(tests, ({ file }) => file).values()];
  const size = Math.ceil(files.length / BATCHES);
  const batches: string[][] = [];
  for (let at = 0; at < files.length; at += size)
    batches.push(files.slice(at, at + size).flatMap((of) => of.map(({ id }) => id)));
  return batches;
}

/**
 * Run tests in one fork within a time. When a test hangs beyond interruption or ends the process, it is to blame,
 * and the rest goes on in another fork. A test of which nothing is known had no time.
 */
export async function tally(
  tests: readonly string[],
  timeMs: number,
  {
    tester,
    context,
    signal,
  }: { tester: Pick<Runner, "order">; context: Context; signal?: AbortSignal | undefined },
): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  let left = [...tests];
  let time = timeMs;
  let suspect: string | null = null;
  for (let fork = 0; fork < MOST_FORKS && left.length > 0 && time > 500; fork += 1) {
    const done = await tester.order(
      {
        changes: {},
        order: runOrder(context, left, STUCK_SECONDS),
        limits: { wallMs: Math.min(time, FORK_MS) },
      },
      signal ? { signal } : {},
    );
    time -= done.elapsedMs;
    const run = readRun(done, left);
    for (const [id, outcome] of Object.entries(run.outcomes))
      seen.set(id, { outcome, ms: run.durations[id] ?? 0, message: run.failures[id] ?? "" });
    left = left.filter((id) => !seen.has(id));
    const { hanging } = run;
    if (run.pytestExit !== null || hanging === null) break;
    // out of time it may just have been this test's turn; the second time it is to blame
    if (run.timedOut && suspect !== hanging) suspect = hanging;
    else {
      const how = run.timedOut
        ? "stuck"
        : `ended the process (${run.exceeded ?? run.signal ?? `exit ${run.exitCode}`})`;
      seen.set(hanging, { outcome: how, ms: 0, message: "" });
      left = left.filter((id) => id !== hanging);
    }
  }
  return seen;
}
