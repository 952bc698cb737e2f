import { expect, test } from "vitest";
import type { Finished } from "../../sandbox/index.ts";
import { sampleRun, sampleTask, sampleWork } from "../sampleWork.ts";
import type { Work } from "../work.ts";
import { agree } from "./agree.ts";
import { canaries } from "./canaries.ts";
import { grade } from "./grade.ts";
import { replaced } from "./replaced.ts";
import { reproduction } from "./reproduction.ts";
import { run } from "./run.ts";
import { time } from "./time.ts";

const door = { tester: {} as never };
type Given = Parameters<typeof sampleRun>[0];
const after = (given: Given) => sampleWork({ run: sampleRun(given) });

test("an honest run passes all of them", () => {
  for (const layer of [time, agree, grade, canaries, replaced])
    expect(layer.check(after({}), door)).toBeNull();
});

test.each<[string, Given, object]>([
  ["too long", { timedOut: true }, { verdict: "timed-out" }],
  ["too much processor time", { signal: "SIGXCPU", exitCode: null }, { verdict: "timed-out" }],
  ["too much memory", { exceeded: "memory" }, { verdict: "unresolved" }],
])("time: %s", (_, given, ruling) => {
  expect(time.check(after(given), door)).toMatchObject(ruling);
});

test.each<[string, Given, object]>([
  ["success before its end", { complete: false, pytestExit: null, exitCode: 0 }, { verdict: "tampered" }],
  ["success although a canary must fail", { pytestExit: 0, exitCode: 0 }, { verdict: "tampered" }],
  ["an end that wait contradicts", { complete: false, pytestExit: 1, exitCode: 0 }, { verdict: "tampered" }],
  [
    "results that contradict each other",
    { complete: false, pytestExit: 1, exitCode: 1 },
    { verdict: "tampered" },
  ],
  [
    "a crash",
    { complete: false, pytestExit: null, exitCode: null, signal: "SIGSEGV" },
    { verdict: "unresolved" },
  ],
  ["a failed start of pytest", { complete: true, pytestExit: 4, exitCode: 4 }, { verdict: "unresolved" }],
])("agree: %s", (_, given, ruling) => {
  expect(agree.check(after(given), door)).toMatchObject(ruling);
});

test("agree: no run is our failure, not the candidate's", () => {
  expect(() => agree.check(sampleWork({ run: null }), door)).toThrow("no run");
});

test("run: F2P passes or fails as marked, P2P may be skipped, what is missing failed", async () => {
  const outcomes = { a: "passed", b: "xfailed", c: "skipped", d: "xpassed", e: "error" } as const;
  const tests = ["a", "b", "c", "d", "e", "missing"];
  const task = { ...sampleTask, failToPass: tests, passToPass: tests };
  const work: Work = { ...sampleWork(), task, canaries: { files: {}, expected: { canary: "failed" } } };
  let asked: readonly string[] = [];
  const tester = {
    run: async (job: { tests: readonly string[] }) => {
      asked = job.tests;
      return sampleRun({ outcomes });
    },
  };
  expect(await run.check(work, { tester: tester as never })).toBeNull();
  expect(asked).toEqual([...tests, ...Object.keys(work.canaries.expected)]);
  expect(work.failToPass).toEqual({ success: ["a", "b"], failure: ["c", "d", "e", "missing"] });
  expect(work.passToPass).toEqual({ success: ["a", "b", "c"], failure: ["d", "e", "missing"] });
});

test("grade: one failure in either group is enough, and is told with its message", () => {
  const bad = { success: [], failure: ["t::a"] };
  const run = sampleRun({ failures: { "t::a": "AssertionError: 2" } });
  for (const group of [{ failToPass: bad }, { passToPass: bad }])
    expect(grade.check(sampleWork({ run, ...group }), door)).toMatchObject({
      verdict: "unresolved",
      reason: expect.stringContaining("AssertionError: 2"),
    });
});

test("canaries: another outcome or none is tampering", () => {
  for (const outcomes of [{ c: "passed" as const }, {}])
    expect(canaries.check(after({ outcomes }), door)).toMatchObject({ verdict: "tampered" });
});

test("replaced: a runner's part that is another now is tampering", () => {
  expect(replaced.check(after({ replaced: { "t::a": ["Function.runtest"] } }), door)).toMatchObject({
    verdict: "tampered",
    reason: "replaced Function.runtest",
  });
});

test.each<[string, Partial<Finished>, object | null]>([
  ["runs to its end", { exitCode: 0 }, null],
  ["fails", { exitCode: 1, stderr: "Traceback\nAssertionError: got 3\n" }, { verdict: "unresolved" }],
  ["hangs", { exitCode: null, timedOut: true }, { verdict: "timed-out" }],
])("reproduction: a script that %s", async (_, given, ruling) => {
  const tester = { script: async () => ({ stderr: "", timedOut: false, ...given }) };
  const found = await reproduction.check(sampleWork(), { tester: tester as never });
  if (ruling) expect(found).toMatchObject(ruling);
  else expect(found).toBeNull();
});
