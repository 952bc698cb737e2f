import { readFileSync } from "node:fs";
import { parsePatch } from "../patch/index.ts";
import type { Blobs } from "../platform/index.ts";
import type { Task } from "../protocol/index.ts";
import type { Tester } from "../python/index.ts";
import { applyTo } from "./layers/apply.ts";
import { openState } from "./state.ts";

const program = readFileSync(new URL("inside/plain_run.py", import.meta.url), "utf8");
const limits = { outputBytes: 16 * 1024 * 1024 };

/** What an ordinary harness would see of a patch. */
export interface PlainRun {
  /** Whether the patch applies. */
  applied: boolean;
  /** The log with SWE-bench's markers, as its graders read it; empty when nothing ran. */
  log: string;
  timedOut: boolean;
}

/**
 * Run a task's FAIL_TO_PASS and PASS_TO_PASS tests on a patched tree without any guard of ours, as
 * SWE-bench does (its eval scripts: markers, exit code; the files of FAIL_TO_PASS tests are put back first). The
 * patch may add, change and configure whatever it likes, inside the same sandbox. What it says is for comparison, and
 * never a verdict.
 */
export async function runPlainly(
  patchText: string,
  task: Task,
  {
    tester,
    blobs,
    signal,
  }: { tester: Pick<Tester, "script">; blobs: Pick<Blobs, "get">; signal?: AbortSignal },
): Promise<PlainRun> {
  const none = { applied: false, log: "", timedOut: false };
  const state = await openState(task, { blobs });
  const parsed = parsePatch(patchText);
  if (!parsed.ok) return none;
  const applied = await applyTo(state, parsed.patch);
  if ("reason" in applied) return none;
  const filesOf = (tests: readonly string[]) => [...new Set(tests.map((id) => id.split("::")[0] ?? ""))];
  const changes = { ...applied.changes };
  for (const path of filesOf(task.failToPass)) delete changes[path];
  const files = filesOf([...task.failToPass, ...task.passToPass]);
  const asked = [...new Set([...task.failToPass, ...task.passToPass])];
  const given = [files, asked, task.context.pytestArguments].map(python).join(", ");
  const script = program.replace("main(FILES, TESTS, ARGUMENTS)", () => `main(${given})`);
  const done = await tester.script({ changes, script, limits }, signal ? { signal } : {});
  return { applied: true, log: done.stdout, timedOut: done.timedOut };
}

/** A list of strings as Python source: JSON's strings are Python's. */
const python = (list: readonly string[]) => JSON.stringify(list);
