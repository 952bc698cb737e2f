import { expect, test } from "vitest";
import { codeLines } from "./code.ts";
import { measure } from "./metrics.ts";
import { sampleTask, sampleWork } from "./sampleWork.ts";

const base = "def f():\n    return 2\n\n\ndef g():\n    return 3\n";
const gold = sampleTask.gold;
const measured = (files: Record<string, string | null>) => {
  const { state } = sampleWork({}, { "m.py": base, "n.py": "x = 1\n" });
  return measure({ files, state, task: { ...sampleTask, gold } });
};

test("gold is like itself, whatever its comments and blanks", async () => {
  const alike = { patchLines: 2, goldLines: 2, likeness: { functions: 1, files: 1, tokens: 1 } };
  expect(await measured({ "m.py": base.replace("return 2", "return 1") })).toEqual(alike);
  const talkative = 'def f():\n    """Says more."""\n    # and more\n\n    return  1  # one\n';
  expect(await measured({ "m.py": base.replace("def f():\n    return 2\n", talkative) })).toEqual(alike);
});

test("another function, another file, more lines", async () => {
  const elsewhere = await measured({ "m.py": base.replace("return 3", "return 1") });
  expect(elsewhere.likeness).toMatchObject({ functions: 0, files: 1 });
  const more = await measured({ "m.py": base.replace("return 2", "x = 1\n    return x"), "n.py": null });
  expect(more).toMatchObject({ patchLines: 4, goldLines: 2 });
  expect(more.likeness.functions).toBeCloseTo(2 / 3, 9);
  expect(more.likeness.files).toBeCloseTo(2 / 3, 9);
  expect(more.likeness.tokens).toBeGreaterThan(0.3);
  expect(more.likeness.tokens).toBeLessThan(1);
});

test("no change has no size", async () => {
  expect(await measured({})).toMatchObject({ patchLines: 0, goldLines: 0 });
});

test("gold that does not fit is our failure", async () => {
  const { state } = sampleWork({}, { "m.py": "other\n" });
  await expect(measure({ files: { "m.py": "x\n" }, state, task: sampleTask })).rejects.toThrow(
    "gold does not apply",
  );
});

test("logical lines, with where they stand", () => {
  const source = `@deco
class A(  # why
    B,
):
    """Doc."""

    async def f(self, x="# no", *, y=b'\\''):
        s = f"{x}" \\
            + 'a'
        return [
            1e-3, 0x1F,
        ]

    z = 1
if A:
\tq = '''text
# more'''
`;
  expect(codeLines(source).map(({ scope, tokens }) => `${scope}| ${tokens.join(" ")}`)).toEqual([
    "| @ deco",
    "A| class A ( B , ) :",
    `A.f| async def f ( self , x = "# no" , * , y = b'\\'' ) :`,
    `A.f| s = f"{x}" + 'a'`,
    "A.f| return [ 1e-3 , 0x1F , ]",
    "A| z = 1",
    "| if A :",
    "| q = '''text\n# more'''",
  ]);
});

test("text that is no Python is measured quickly", () => {
  const started = performance.now();
  for (const part of ['"', '"""', "'''\\", "(", "def ", "class A:\n ", "\\\n", "1.", "é#", "f'{"])
    codeLines(part.repeat(100_000));
  expect(performance.now() - started).toBeLessThan(5_000);
});

test.each([
  ["a table on one line", `x = [${"1,".repeat(200_000)}]\n`],
  [
    "long names around many lines",
    `class ${"a".repeat(200_000)}:\n class ${"b".repeat(200_000)}:\n${"  x=1\n".repeat(40_000)}`,
  ],
  [
    "names in names in names",
    Array.from({ length: 1_000 }, (_, at) => `${" ".repeat(at)}class ${"c".repeat(90)}:\n`).join(""),
  ],
])("what is large is measured all the same: %s", async (_, text) => {
  const before = process.memoryUsage().rss;
  expect((await measured({ "m.py": text })).patchLines).toBeGreaterThan(0);
  expect(process.memoryUsage().rss - before).toBeLessThan(500 * 1024 ** 2);
});
