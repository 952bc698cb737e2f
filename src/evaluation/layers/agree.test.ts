import { expect, test } from "vitest";
import { sampleRun, sampleWork } from "../sampleWork.ts";
import { agree } from "./agree.ts";

const door = { tester: {} as never };
type Given = Parameters<typeof sampleRun>[0];
const check = (given: Given) => agree.check(sampleWork({ run: sampleRun(given) }), door);

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
])("%s", (_, given, ruling) => {
  expect(check(given)).toMatchObject(ruling);
});

test("an honest run passes", () => {
  expect(check({})).toBeNull();
});

test("no run is our failure, not the candidate's", () => {
  expect(() => agree.check(sampleWork({ run: null }), door)).toThrow("no run");
});
