import { expect, test } from "vitest";
import { sampleRun, sampleWork } from "../sampleWork.ts";
import { grade } from "./grade.ts";

const door = { tester: {} as never };

test("one failure in either group is enough, and is told with its message", () => {
  const bad = { success: [], failure: ["t::a"] };
  const run = sampleRun({ failures: { "t::a": "AssertionError: 2" } });
  for (const group of [{ failToPass: bad }, { passToPass: bad }])
    expect(grade.check(sampleWork({ run, ...group }), door)).toMatchObject({
      verdict: "unresolved",
      reason: expect.stringContaining("AssertionError: 2"),
    });
  expect(grade.check(sampleWork(), door)).toBeNull();
});
