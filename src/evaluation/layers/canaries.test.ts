import { expect, test } from "vitest";
import { sampleRun, sampleWork } from "../sampleWork.ts";
import { canaries } from "./canaries.ts";

const door = { tester: {} as never };

test("another outcome than the one we know, or none, is tampering", () => {
  for (const outcomes of [{ c: "passed" as const }, {}])
    expect(canaries.check(sampleWork({ run: sampleRun({ outcomes }) }), door)).toMatchObject({
      verdict: "tampered",
      reason: expect.stringContaining("1 of 1 canaries"),
    });
  expect(canaries.check(sampleWork(), door)).toBeNull();
});
