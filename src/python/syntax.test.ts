import fc from "fast-check";
import { expect, test } from "vitest";
import {
  codeLines,
  enclosingFunction,
  functionsOf,
  isDocstring,
  parsePython,
  qualifiedName,
  splice,
} from "./syntax.ts";
import { readSource, writeSource } from "./syntaxEncoding.ts";

const source = `"""Doc."""
class A:
    def one(self):
        "doc"
        return "ü😀" + self.x  # why

        def inner(): pass


async def two(a,
              b=1):
    return a if b else not a
`;

test("indexes are UTF-16, so a node's text is a slice, also behind wide characters", async () => {
  using syntax = await parsePython(source);
  const [not] = syntax.find("(not_operator) @it", "it");
  expect(syntax.root.hasError).toBe(false);
  expect(source.slice(not!.startIndex, not!.endIndex)).toBe("not a");
  expect(splice(source, [{ start: not!.startIndex, end: not!.startIndex + 4, text: "" }])).toBe(
    source.replace("not a", "a"),
  );
});

test("functions know their names, lines and surroundings", async () => {
  using syntax = await parsePython(source);
  expect(functionsOf(syntax)).toEqual([
    { name: "A.one", start: 3, end: 7 },
    { name: "A.one.inner", start: 7, end: 7 },
    { name: "two", start: 10, end: 12 },
  ]);
  const [string] = syntax.find("(binary_operator left: (string) @it)", "it");
  expect(qualifiedName(enclosingFunction(string!)!)).toBe("A.one");
  expect(enclosingFunction(syntax.root)).toBeNull();
});

test("lines of code have no comments, docstrings or white space", async () => {
  using syntax = await parsePython(source);
  expect(codeLines(syntax).map(({ line, text }) => `${line} ${text}`)).toEqual([
    "2 class A :",
    "3 def one ( self ) :",
    '5 return "ü😀" + self . x',
    "7 def inner ( ) : pass",
    "10 async def two ( a ,",
    "11 b = 1 ) :",
    "12 return a if b else not a",
  ]);
  expect(syntax.find("(string) @it", "it").map(isDocstring)).toEqual([true, true, false]);
});

test("what is no Python has errors, and is still a tree", async () => {
  for (const text of ["def f(:\n", "\u0000\u0001", "x = (", ")".repeat(2000)]) {
    using syntax = await parsePython(text);
    expect(syntax.root.hasError).toBe(true);
  }
});

test("memory is given back: thousands of trees fit", async () => {
  const long = source.repeat(40);
  for (let round = 0; round < 1500; round += 1) {
    using syntax = await parsePython(long);
    expect(syntax.root.childCount).toBeGreaterThan(0);
  }
});

test("splices must not overlap", () => {
  expect(
    splice("abcdef", [
      { start: 4, end: 5, text: "" },
      { start: 1, end: 2, text: "XY" },
    ]),
  ).toBe("aXYcdf");
  expect(() =>
    splice("abc", [
      { start: 0, end: 2, text: "" },
      { start: 1, end: 3, text: "" },
    ]),
  ).toThrow(RangeError);
  expect(() => splice("abc", [{ start: 0, end: 4, text: "" }])).toThrow(RangeError);
});

test("sources come back to the byte: mark, cookie, ends of line", () => {
  const cases: [Uint8Array, string, string][] = [
    [Buffer.from("\ufeffx = 'ü'\r\n"), "x = 'ü'\r\n", "utf-8"],
    [
      Buffer.from("# -*- coding: latin-1 -*-\nx = 'ü'\n", "latin1"),
      "# -*- coding: latin-1 -*-\nx = 'ü'\n",
      "latin-1",
    ],
    [
      Buffer.from("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n", "latin1"),
      "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\n",
      "windows-1252",
    ],
    [Buffer.from("x = 1\r"), "x = 1\r", "utf-8"],
    [new Uint8Array(), "", "utf-8"],
  ];
  for (const [bytes, text, encoding] of cases) {
    const read = readSource(bytes)!;
    expect([read.text, read.encoding]).toEqual([text, encoding]);
    expect(Buffer.from(writeSource(read)!)).toEqual(Buffer.from(bytes));
  }
});

test("a source that its encoding does not explain is not read", () => {
  expect(readSource(Buffer.from("x = 'ü'\n", "latin1"))).toBeNull();
  expect(readSource(Buffer.from("# coding: ascii\nx = 'ü'\n"))).toBeNull();
  expect(readSource(Buffer.from("# coding: no-such-thing\n"))).toBeNull();
  expect(readSource(Buffer.from("# coding: euc-jp\nx = '\xb0\xa1'\n", "latin1"))).toBeNull();
  expect(readSource(Buffer.from("x\0"))).toBeNull();
  expect(writeSource({ text: "\ud800", encoding: "utf-8", mark: false })).toBeNull();
  expect(writeSource({ text: "€", encoding: "latin-1", mark: false })).toBeNull();
});

test("any bytes are read back exactly or not at all", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom("", "# coding: cp1251\n", "# coding: l1\n"),
      (tail, head) => {
        const bytes = Buffer.concat([Buffer.from(head), tail]);
        const read = readSource(bytes);
        if (read) expect(Buffer.from(writeSource(read)!)).toEqual(bytes);
      },
    ),
  );
});
