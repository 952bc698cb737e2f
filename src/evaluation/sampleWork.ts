import { renderPatch } from "../patch/index.ts";
import type { Task } from "../protocol/index.ts";
import type { TestRun } from "../python/index.ts";
import type { Work } from "./work.ts";

const hash = "0".repeat(64);

/** A small work for the tests of layers: `m.py` in the base state, with one defect, and the run that gold would have. */
export function sampleWork(change: Partial<Work> = {}, files: Record<string, string> = {}): Work {
  const base: Record<string, string> = {
    "m.py": "def f():\n    return 2\n",
    "tests/test_m.py": "",
    ...files,
  };
  const read = async (path: string) =>
    Object.hasOwn(base, path) ? Buffer.from(base[path] ?? "", "utf8") : undefined;
  return {
    task: sampleTask,
    patchText: sampleTask.gold,
    state: { baseChanges: {}, paths: new Set(Object.keys(base)), base: read, release: read },
    patch: [],
    files: {},
    changes: {},
    canaries: { files: {}, expected: { c: "failed" } },
    run: sampleRun(),
    failToPass: { success: ["t::a"], failure: [] },
    passToPass: { success: [], failure: [] },
    ...change,
  };
}

/** An honest run of a patch that mends everything. */
export function sampleRun(change: Partial<TestRun> = {}): TestRun {
  return {
    outcomes: { "t::a": "passed", c: "failed" },
    failures: {},
    durations: {},
    replaced: {},
    pytestExit: 1,
    exitCode: 1,
    signal: null,
    timedOut: false,
    exceeded: null,
    complete: true,
    stdout: "",
    stderr: "",
    elapsedMs: 10,
    ...change,
  };
}

export const sampleTask: Task = {
  id: "m-1",
  package: { name: "m", version: "1" },
  generator: "by-hand",
  statement: "f() gives 2, expected 1",
  reproduction: "import m\nassert m.f() == 1\n",
  context: {
    package: { name: "m", version: "1" },
    sourceRoots: [""],
    testPaths: ["tests"],
    pytestArguments: [],
  },
  environment: hash,
  releaseTree: hash,
  baseChanges: {},
  challengeTree: hash,
  gold: renderPatch([
    { path: "m.py", before: "def f():\n    return 2\n", after: "def f():\n    return 1\n" },
  ]),
  failToPass: ["t::a"],
  passToPass: [],
  hidden: [],
  suspectLines: 1,
  difficulty: { logit: 0, low: -1, high: 1 },
  createdAt: "2026-01-01T00:00:00Z",
};
