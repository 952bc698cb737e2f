import { expect, test } from "vitest";
import { sampleRun, sampleWork } from "../sampleWork.ts";
import { replaced } from "./replaced.ts";

const door = { tester: {} as never };

test("a runner's part that is another now is tampering", () => {
  const run = sampleRun({ replaced: { "t::a": ["Function.runtest"] } });
  expect(replaced.check(sampleWork({ run }), door)).toMatchObject({
    verdict: "tampered",
    reason: "replaced Function.runtest",
  });
  expect(replaced.check(sampleWork(), door)).toBeNull();
});
