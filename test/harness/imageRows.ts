import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Ran, runPredictions } from "../../src/harness/index.ts";
import { engineChoice, openContainer } from "../../src/sandbox/index.ts";
import { goldPredictions, type Prediction, readRows } from "../../src/swebench/index.ts";

/** A project whose one test stands for pytest: no image of this machine's Python has that. */
export const FILES = {
  "m.py": "x = 1\n",
  "run_tests.py": [
    "import m",
    "print('PASSED' if m.x == 2 else 'FAILED', 'test_m.py::test_x')",
    "print('PASSED', 'test_m.py::test_y')",
    "",
  ].join("\n"),
};
export const GOLD = "diff --git a/m.py b/m.py\n--- a/m.py\n+++ b/m.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n";
export const WRONG = GOLD.replace("+x = 2", "+x = 3");
export const STRANGE = GOLD.replace("-x = 1", "-y = 9");

/** An eval.sh as SWE-bench's rows have it, around these commands. */
export function scriptOf(...commands: string[]): string {
  return [
    ...["#!/bin/bash", "set -uxo pipefail", "cd /testbed", "git status"],
    ...[": '>>>>> Start Test Output'", ...commands, ": '>>>>> End Test Output'"],
    ...["git checkout HEAD -- run_tests.py", ""],
  ].join("\n");
}

export function rowOf(id: string, image: string, commands: readonly string[] = ["python3 run_tests.py"]) {
  return {
    ...{ instance_id: id, repo: "a/b", version: "1.0", image, patch: GOLD },
    ...{ FAIL_TO_PASS: ["test_m.py::test_x"], PASS_TO_PASS: ["test_m.py::test_y"] },
    ...{ log_parser: "parse_log_pytest", eval_type: "pass_and_fail", eval_script: scriptOf(...commands) },
  };
}

/** Judges predictions of rows (a dataset's JSON, or a folder that is one) on an engine. */
export async function judgeRows(
  rows: readonly unknown[] | string,
  patches: Record<string, string> | "gold",
  {
    out,
    environment,
    timeoutMs = 60_000,
    workers = 2,
    signal = new AbortController().signal,
    model = "gold",
    runId = "ours",
  }: {
    out: string;
    environment: Record<string, string>;
    timeoutMs?: number;
    workers?: number;
    signal?: AbortSignal;
    model?: string;
    runId?: string;
  },
): Promise<Ran[]> {
  await mkdir(out, { recursive: true });
  const path = typeof rows === "string" ? rows : join(out, "rows.json");
  if (typeof rows !== "string") await writeFile(path, JSON.stringify(rows));
  const read = await readRows(path);
  const predictions: ReadonlyMap<string, Prediction> =
    patches === "gold"
      ? goldPredictions(read)
      : new Map(Object.entries(patches).map(([id, patch]) => [id, { id, model, patch }]));
  const ours = {
    judge: () => Promise.reject(new Error("no row here is a task of ours")),
    [Symbol.asyncDispose]: async () => {},
  };
  return runPredictions(
    { rows: read, predictions, runId, out, workers, timeoutMs },
    {
      ours,
      signal,
      openContainer: (image, limits) =>
        openContainer({ image, limits, network: false }, engineChoice(environment)),
    },
  );
}

/** Files under a folder and what is in them, by their paths. */
export async function treeOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      files.sort().map(async (path) => [path.slice(folder.length + 1), await readFile(path, "utf8")]),
    ),
  );
}
