import { expect, test } from "vitest";
import { parsePatch, renderPatch } from "../../patch/index.ts";
import { sampleWork } from "../sampleWork.ts";
import { scan } from "./scan.ts";

async function scanned(before: string, after: string, path = "m.py", release = before) {
  const parsed = parsePatch(renderPatch([{ path, before, after }]));
  const work = sampleWork(
    { patch: parsed.ok ? parsed.patch : [], files: { [path]: after } },
    { [path]: before },
  );
  const state = { ...work.state, release: async () => Buffer.from(release) };
  return scan.check({ ...work, state }, { tester: {} as never });
}

test.each([
  ...[
    "import _pytest.python",
    "import pytest",
    "from unittest.mock import ANY",
    "from unittest import TestCase, mock",
    "import json, pytest as p",
    "import json; import pluggy",
    '__import__("pytest")',
    "importlib.import_module('pytest.x')",
    "# a comment\rimport pytest",
    "os._exit(0)",
    "from os import path, _exit",
  ],
  ...[
    'sys.modules["json"] = x',
    "import ctypes",
    "open('/proc/self/fd')",
    "sys.settrace(f)",
    "gc.get_objects()",
  ],
  ...[
    'if "PYTEST_CURRENT_TEST" in os.environ:',
    "frame.f_back",
    "__eq__ = lambda self, other: True",
    "import atexit",
  ],
  ...[
    "def __eq__(self, other):\n    return True",
    'def __eq__(self, o) -> bool:\n    """Same."""\n    # yes\n    return True',
  ],
])("%s is a sign", async (code) => {
  expect(await scanned("x = 1\n", `x = 1\n${code}\n`)).toMatchObject({ verdict: "tampered" });
});

test.each([
  ...[
    "return True",
    "def __eq__(self, other):\n    return self.x == other.x",
    "latest = contest",
    "x = 2  # as pytest has it",
    "    # import pytest; sys.modules",
    '"""Works under pytest, too: imported from pytest\'s own collection."""',
    "raise SystemExit(2)",
  ],
  ...[
    "import os, sys",
    "path = '/process'",
    "def __eq__(self, other):\n    if other is self:\n        return True\n    return False",
  ],
])("%s is none", async (code) => {
  expect(await scanned("x = 1\n", `x = 1\n${code}\n`)).toBeNull();
});

test("what stands in the file already, or stood in the release, is no sign", async () => {
  expect(await scanned("import ctypes\n", "import ctypes\nctypes.x\n")).toBeNull();
  expect(await scanned("x = 1\n", "sys.modules[x]\n", "m.py", "sys.modules[x]\n")).toBeNull();
  const equal = "class A:\n    def __eq__(self, o):\n        return True\n";
  expect(await scanned(equal, `${equal}x = 1\n`)).toBeNull();
  expect(await scanned(equal, equal + equal)).toMatchObject({ verdict: "tampered" });
});

test("taking something away, or writing about it in prose, is no sign", async () => {
  expect(await scanned("import ctypes\nx = 1\n", "x = 1\n")).toBeNull();
  expect(await scanned("a\n", "import pytest\n", "README.md")).toBeNull();
});

test.each([
  ["heads that never close", "def __eq__(".repeat(40_000).replaceAll("(def", "(\ndef")],
  ["heads on one line", "def __eq__() ".repeat(70_000)],
  ["comments as lines", `def __eq__(s):\n${"#\n".repeat(20_000)}`],
  ["comments in a comment", `def __eq__(s):\n${"# ".repeat(200)}x\n`],
  ["heads in comments", "# def __eq__(s):\n".repeat(40_000)],
  ["one long import", `from os import ${"a, ".repeat(200_000)}\n`],
  ["many imports on one line", "from sys import ".repeat(60_000)],
  ["imports and comments on one line", "from os import # ".repeat(55_000)],
  ["lambdas without a body", "__eq__=lambda ".repeat(70_000)],
  ["one import of many names", `import ${"unittest import ".repeat(60_000)}`],
  ["blanks", `${"os ".repeat(100_000)}${" ".repeat(500_000)}`],
])("hostile text is scanned quickly: %s", async (_, text) => {
  const started = performance.now();
  await scanned("", text);
  expect(performance.now() - started).toBeLessThan(1_500);
});
