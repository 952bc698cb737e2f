import { expect, test } from "vitest";
import { parsePatch } from "../../patch/index.ts";
import { sampleTask, sampleWork } from "../sampleWork.ts";
import { empty } from "./empty.ts";
import { parse } from "./parse.ts";
import { paths } from "./paths.ts";

const door = { tester: {} as never };

test("empty: nothing and white space are invalid", () => {
  for (const patchText of ["", " \n\t\n"])
    expect(empty.check(sampleWork({ patchText }), door)).toMatchObject({ verdict: "invalid-patch" });
  expect(empty.check(sampleWork(), door)).toBeNull();
});

test("parse: prose and malformed diffs are invalid, a diff goes on", () => {
  for (const patchText of ["I could not do it.", "--- a/m.py\n+++ b/m.py\n@@ -1 +1 @@\n-a\n"])
    expect(parse.check(sampleWork({ patchText }), door)).toMatchObject({ verdict: "invalid-patch" });
  const work = sampleWork();
  expect(parse.check(work, door)).toBeNull();
  expect(work.patch).toMatchObject([{ path: "m.py", kind: "modify" }]);
});

test("paths: tests and what configures them are tampering", () => {
  const touching = (path: string) => {
    const parsed = parsePatch(sampleTask.gold.replaceAll("m.py", path));
    return paths.check(sampleWork({ patch: parsed.ok ? parsed.patch : [] }), door);
  };
  expect(touching("tests/helper.py")).toMatchObject({
    verdict: "tampered",
    reason: expect.stringContaining("tests/helper.py"),
  });
  expect(touching("pytest.ini")).toMatchObject({ verdict: "tampered" });
  expect(touching("m.py")).toBeNull();
});
