import { expect, test } from "vitest";
import { sampleWork } from "../sampleWork.ts";
import { parse } from "./parse.ts";

const door = { tester: {} as never };

test("prose and malformed diffs are invalid, a diff goes on", () => {
  for (const patchText of ["I could not do it.", "--- a/m.py\n+++ b/m.py\n@@ -1 +1 @@\n-a\n"])
    expect(parse.check(sampleWork({ patchText }), door)).toMatchObject({ verdict: "invalid-patch" });
  const work = sampleWork();
  expect(parse.check(work, door)).toBeNull();
  expect(work.patch).toMatchObject([{ path: "m.py", kind: "modify" }]);
});
