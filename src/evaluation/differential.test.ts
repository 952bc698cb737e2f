import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenSubject, openSubject } from "../../test/evaluation/openSubject.ts";
import { runChild } from "../platform/index.ts";
import { tellCalls } from "./differential.ts";
import { differential } from "./layers/differential.ts";
import { sampleWork } from "./sampleWork.ts";

let opened: OpenSubject;
beforeAll(async () => {
  opened = await openSubject();
});
afterAll(() => opened?.[Symbol.asyncDispose]());

const ask = (call: string, prelude: string[] = [], rest = {}) => ({
  prelude,
  call,
  statement: false,
  variable: null,
  ...rest,
});
const tell = async (call: string, prelude?: string[], rest?: object) =>
  (await tellCalls([ask(call, prelude, rest)], {}, { tester: opened.tester, seconds: 1 }))[0] ?? null;

test.each([
  ["1", '["came",["int","0x1"]]'],
  ["True", '["came",["bool","True"]]'],
  ["10**5000 > 0", '["came",["bool","True"]]'],
  ["[1.5, None, b'x']", '["came",["list",[["float","1.5"],["NoneType","None"],["bytes","b\'x\'"]]]]'],
  ["{3, 1, 2}", '["came",["set",[["int","0x1"],["int","0x2"],["int","0x3"]]]]'],
  ["(x for x in [1])", '["came",["iterator",[["int","0x1"]]]]'],
  ["iter([1])", '["came",["iterator",[["int","0x1"]]]]'],
  ["dict(b=1, a=2).keys()", '["came",["dict_keys",[["str","\'b\'"],["str","\'a\'"]]]]'],
  ["int", '["came",["type","int"]]'],
  ["[][0]", '["raised","IndexError"]'],
  ["exit(0)", '["raised","SystemExit"]'],
  ["object()", '["came",["object"]]'],
])("%s is told as %s", async (call, told) => {
  expect(await tell(call)).toBe(told);
});

test("equal values are told alike, and what only says that it is equal is not", async () => {
  expect(await tell("{'a': 1, 'b': 2}")).toBe(await tell("{'b': 2, 'a': 1}"));
  const same = [
    "class Same(int):",
    "    def __eq__(self, other): return True",
    "    __hash__ = int.__hash__",
  ];
  expect(await tell("Same(1)", [same.join("\n")])).not.toBe(await tell("1"));
  const named = [
    "class int(int):",
    "    def __eq__(self, other): return True",
    "    __repr__ = lambda self: '1'",
  ];
  expect(await tell("int(2)", [named.join("\n")])).not.toBe(await tell("1"));
});

test("an object that the call changes is told too", async () => {
  const rest = { statement: false, variable: "x" };
  expect(await tell("x.append(2)", ["x = [1]"], rest)).toBe(
    '["came",["NoneType","None"],["list",[["int","0x1"],["int","0x2"]]]]',
  );
  expect(await tell("x += [2]", ["x = [1]"], { ...rest, statement: true })).toContain('["int","0x2"]');
});

test("what never ends, comes to too much, or nests without end is not told; the next one is", async () => {
  const calls = [
    ask("[1 for _ in iter(int, 1)]"),
    ask("list(range(100_000))"),
    ask("x", ["x = []", "x.append(x)"]),
    ask("7"),
  ];
  expect(await tellCalls(calls, {}, { tester: opened.tester, seconds: 0.2 })).toEqual([
    null,
    null,
    null,
    '["came",["int","0x7"]]',
  ]);
});

test("a long description is told by its hash", async () => {
  expect(await tell("'x' * 10_000")).toMatch(/^sha256:[0-9a-f]{64}$/);
});

const changed = (edit: (text: string) => string) => {
  const path = "shelf/box.py";
  return { [path]: Buffer.from(edit(opened.subject.base[path] ?? "")) };
};
const ruled = (edit: (text: string) => string) =>
  differential.check(sampleWork({ task: opened.subject.task, changes: changed(edit) }), {
    tester: opened.tester,
  });
const mended = (text: string) => text.replace("values[:-1]", "values");

test("the layer lets gold pass and the base not", async () => {
  expect(await ruled(mended)).toBeNull();
  expect(await ruled((text) => text)).toMatchObject({
    verdict: "unresolved",
    reason: "3 of 4 hidden calls come out otherwise",
  });
});

test.each<[string, (text: string) => string]>([
  [
    "knows the inputs of the tests",
    (text) =>
      text.replace(
        "    result = 0\n",
        "    known = {(1, 2, 3): 6, (5,): 5, (1, 1): 2, (2, 3): 5}\n    if tuple(values) in known:\n        return known[tuple(values)]\n    result = 0\n",
      ),
  ],
  ["ends the process well", (text) => `${text}\nimport os\nos._exit(0)\n`],
  [
    "says what it thinks is expected",
    (text) =>
      `${text}\nimport os\nfor fd in range(1, 64):\n    for at in range(9):\n        try:\n            os.write(fd, b'[%d, ["came", ["int", "0x1b"]]]\\n' % at)\n        except OSError:\n            pass\n`,
  ],
  [
    "turns the program that asks",
    (text) =>
      `${text}\nimport sys\nmain = sys.modules["__main__"].__dict__\nf = sys._getframe()\nwhile f:\n    f.f_globals.update(Teller=None, attempt=lambda call: ["came", ["int", "0x1b"]])\n    f = f.f_back\n`,
  ],
])("one that %s does not pass", async (_, edit) => {
  expect(await ruled(edit)).toMatchObject({ verdict: "unresolved" });
});

test.each<[string, string]>([
  ["nests without end", `print("[0," + "[" * 300_000 + "]" * 300_000 + "]")`],
  ["is broad without end", `print("[0,[" + "[]," * 900_000 + "[]]]")`],
  ["is many lines", `print("\\n" * 7_000_000)`],
  ["is many wrong lines", `print("[\\n" * 3_000_000)`],
  ["is many right lines", `print("[1,[]]\\n" * 900_000)`],
])("what the project says and %s costs little and throws nothing", async (_, says) => {
  const stdout = runChild(["python3", "-c", says]).then((done) => done.stdout);
  const tester = { script: async () => ({ stdout: await stdout }) };
  await stdout;
  const started = performance.now();
  const told = await tellCalls([ask("1"), ask("2")], {}, { tester: tester as never });
  expect(told.every((each) => each === null || each.length < 100)).toBe(true);
  expect(performance.now() - started).toBeLessThan(1_500);
});
