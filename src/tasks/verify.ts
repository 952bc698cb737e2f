import { evaluate, evaluateBase, withoutUnseen } from "../evaluation/index.ts";
import type { Blobs, Clock } from "../platform/index.ts";
import type { Task } from "../protocol/index.ts";
import type { Changes, Tester } from "../python/index.ts";

const TIMES = 3;
const limits = { wallMs: 20_000, cpuSeconds: 20 };

interface Using {
  tester: Pick<Tester, "run" | "script">;
  blobs: Pick<Blobs, "get">;
  clock: Pick<Clock, "now">;
  signal?: AbortSignal | undefined;
}

/**
 * The one definition of a verified task: evaluation calls the base state `unresolved` with every FAIL_TO_PASS test
 * red and every PASS_TO_PASS test green, and gold `resolved`, three times each in fresh forks; and what the
 * statement reports happens at the base each time. Why not, in one line; null = verified.
 */
export async function whyUnverified(
  task: Task,
  base: Changes,
  { tester, blobs, clock, signal }: Using,
): Promise<string | null> {
  const ending = signal ? { signal } : {};
  const using = { tester, blobs, clock, ...ending };
  for (let time = 1; time <= TIMES; time += 1) {
    const unrepaired = await evaluateBase(task, using);
    if (unrepaired.verdict !== "unresolved")
      return `the base state is ${unrepaired.verdict}: ${unrepaired.reason}`;
    if (unrepaired.failToPass.success.length > 0) return "a test that must fail passes at the base state";
    if (unrepaired.passToPass.failure.length > 0) return "a test that must pass fails at the base state";
    const changes = withoutUnseen(base, task);
    const shown = await tester.script({ changes, script: task.reproduction, limits }, ending);
    if (shown.timedOut || shown.exitCode !== 1) return "what the statement reports does not happen each time";
    const gold = await evaluate(task.gold, task, using);
    if (gold.verdict !== "resolved") return `gold is ${gold.verdict}: ${gold.reason}`;
  }
  return null;
}
