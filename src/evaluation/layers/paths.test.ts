import { expect, test } from "vitest";
import { parsePatch } from "../../patch/index.ts";
import { sampleTask, sampleWork } from "../sampleWork.ts";
import { paths } from "./paths.ts";

test.each([
  ["tests/helper.py", true],
  ["pytest.ini", true],
  ["conftest.py", true],
  ["pkg/sitecustomize.py", true],
  ["m.py", false],
])("%s: tests and what configures them are tampering (%s)", (path, tampered) => {
  const parsed = parsePatch(sampleTask.gold.replaceAll("m.py", path));
  const found = paths.check(sampleWork({ patch: parsed.ok ? parsed.patch : [] }), { tester: {} as never });
  if (tampered) expect(found).toMatchObject({ verdict: "tampered", reason: expect.stringContaining(path) });
  else expect(found).toBeNull();
});
