import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Blobs, type Clock, TaoceptionError, writeAtomically } from "../platform/index.ts";
import { hashValue, type Task } from "../protocol/index.ts";
import type { Tester } from "../python/index.ts";
import { evaluate, evaluateBase } from "./evaluate.ts";
import { versionsOf } from "./receipt.ts";

/** Raised by hand when the judge changes: what an older one found sound is looked at again. */
const JUDGE = 2;
/** How often the base is judged before a test that passes on it is held against the machine. */
const BASE_RUNS = 3;

/**
 * Before a task's patches are judged on a machine that did not make it: gold must be resolved there, and the base state
 * must not, with every FAIL_TO_PASS test seen to fail. Asked once for a task, environment and machine, and remembered under `folder`. TaoceptionError
 * `controls-failed` where a control fails: then nothing that comes of a patch would mean anything.
 */
export async function checkControls(
  task: Task,
  {
    tester,
    blobs,
    clock,
    signal,
    folder,
    pythonVersion,
  }: {
    tester: Pick<Tester, "run" | "script">;
    blobs: Pick<Blobs, "get">;
    clock: Pick<Clock, "now">;
    signal?: AbortSignal | undefined;
    folder: string;
    pythonVersion: string;
  },
): Promise<void> {
  const known = join(folder, hashValue([task, versionsOf({ pythonVersion }), JUDGE]));
  const passed = await readFile(known, "utf8").then(
    () => true,
    () => false,
  );
  if (passed) return;
  const using = { tester, blobs, clock, ...(signal ? { signal } : {}) };
  await checkBase(task, using);
  const gold = await evaluate(task.gold, task, using);
  if (gold.verdict !== "resolved") throw failed(task, `gold is ${gold.verdict} (${gold.reason})`);
  await mkdir(folder, { recursive: true });
  await writeAtomically(known, "");
}

/** A test that leaves something to chance may pass on the base now and then: it must fail once. */
async function checkBase(task: Task, using: Parameters<typeof evaluateBase>[1]): Promise<void> {
  let neverFailed: readonly string[] = task.failToPass;
  for (let run = 0; run < BASE_RUNS && neverFailed.length > 0; run += 1) {
    const { verdict, reason, failToPass } = await evaluateBase(task, using);
    if (verdict !== "unresolved") throw failed(task, `the base state is ${verdict} (${reason})`);
    neverFailed = neverFailed.filter((id) => failToPass.success.includes(id));
  }
  if (neverFailed.length > 0)
    throw failed(task, `${neverFailed[0]} passes on the base state, ${BASE_RUNS} times of ${BASE_RUNS}`);
}

const failed = ({ id }: Task, why: string) =>
  new TaoceptionError("controls-failed", `${id} cannot be judged on this machine: ${why}`, {
    retryable: true,
  });
