import { expect, test } from "vitest";
import { parsePatch, renderPatch } from "../../patch/index.ts";
import { sampleWork } from "../sampleWork.ts";
import { apply } from "./apply.ts";

const door = { tester: {} as never };
async function applied(
  patchText: string,
  files: Record<string, string> = {},
  bytes: Record<string, Uint8Array> = {},
) {
  const work = sampleWork({ patchText }, files);
  const base = async (path: string) => bytes[path] ?? (await work.state.base(path));
  const parsed = parsePatch(patchText);
  const all = { ...work, state: { ...work.state, base }, patch: parsed.ok ? parsed.patch : [] };
  return { ruling: await apply.check(all, door), work: all };
}
const change = (path: string, before: string | null, after: string | null) =>
  renderPatch([{ path, before, after }]);

test("gold applies, and its bytes are what runs", async () => {
  const { ruling, work } = await applied(
    change("m.py", "def f():\n    return 2\n", "def f():\n    return 1\n"),
  );
  expect(ruling).toBeNull();
  expect(Buffer.from(work.changes["m.py"] ?? []).toString()).toBe("def f():\n    return 1\n");
});

test("bytes that are not UTF-8, a mark and carriage returns stay as they are", async () => {
  const latin = Uint8Array.from(Buffer.from("# caf\xe9\r\nx = 1\r\n", "latin1"));
  const { work } = await applied(
    change("l.py", "# caf\xe9\r\nx = 1\r\n", "# caf\xe9\r\nx = 2\r\n"),
    {},
    { "l.py": latin },
  );
  expect(work.changes["l.py"]).toEqual(Uint8Array.from(Buffer.from("# caf\xe9\r\nx = 2\r\n", "latin1")));
  const marked = await applied(change("b.py", "\ufeffx = 1\n", "\ufeffx = 2\n"), { "b.py": "\ufeffx = 1\n" });
  expect(Buffer.from(marked.work.changes["b.py"] ?? []).toString()).toBe("\ufeffx = 2\n");
});

test.each([
  ["other context", change("m.py", "def f():\n    return 3\n", "def f():\n    return 1\n")],
  ["a file that is not there", change("n.py", "a\n", "b\n")],
  ["no change", "--- a/m.py\n+++ b/m.py\n@@ -1 +1 @@\n-def f():\n+def f():\n"],
  ["a file as a folder", change("m.py/n.py", null, "x\n")],
  ["a folder as a file", change("tests", null, "x\n")],
  [
    "a file that becomes a folder",
    change("m.py", "def f():\n    return 2\n", null) + change("m.py/n.py", null, "x\n"),
  ],
])("%s is an invalid patch", async (_, text) => {
  expect((await applied(text)).ruling).toMatchObject({ verdict: "invalid-patch" });
});

test("a character that the file's encoding lacks is an invalid patch", async () => {
  const latin = Uint8Array.from(Buffer.from("# caf\xe9\n", "latin1"));
  const { ruling } = await applied(change("l.py", "# caf\xe9\n", "# €\n"), {}, { "l.py": latin });
  expect(ruling).toMatchObject({ verdict: "invalid-patch" });
});
