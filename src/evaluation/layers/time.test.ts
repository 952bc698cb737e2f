import { expect, test } from "vitest";
import { sampleRun, sampleWork } from "../sampleWork.ts";
import { time } from "./time.ts";

const door = { tester: {} as never };
type Given = Parameters<typeof sampleRun>[0];
const check = (given: Given) => time.check(sampleWork({ run: sampleRun(given) }), door);

test.each<[string, Given, object]>([
  ["too long", { timedOut: true }, { verdict: "timed-out" }],
  ["too much processor time", { signal: "SIGXCPU", exitCode: null }, { verdict: "timed-out" }],
  ["too much memory", { exceeded: "memory" }, { verdict: "unresolved" }],
])("%s", (_, given, ruling) => {
  expect(check(given)).toMatchObject(ruling);
});

test("an honest run passes", () => {
  expect(check({})).toBeNull();
});
