import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pytestLayer } from "../../test/evaluation/layer.ts";
import { openSandbox, type Sandbox } from "../sandbox/index.ts";
import { type Check, openScout, type Scout } from "./scout.ts";

// A layer without pytest: what the scout does with checks alone.
const shapes = `import functools

SCALE = 2


def twice(work):
    @functools.wraps(work)
    def inner(*values):
        return SCALE * work(*values)
    return inner


@twice
def area(width, height=1):
    """
    >>> area(2, 3)
    12
    """
    return width + height


class Box:
    def __init__(self, side):
        self.side = side

    @property
    def volume(self):
        return self.__cube()

    def __cube(self):
        return self.side ** 2


class Crate(Box):
    def __init__(self, side):
        super().__init__(side + 1)


TABLE = [area(1, 1)]
`;
const checks: Check[] = [
  { kind: "script", source: "import shapes\nassert shapes.area(2, 3) == 12, shapes.area(2, 3)\n" },
  { kind: "script", source: "from shapes import Box\nassert Box(3).volume == 27\n" },
  { kind: "docstring", module: "shapes", name: "area" },
  { kind: "output", source: "import shapes\nprint(shapes.area(1,\n 4))\n", expected: "8" },
  { kind: "doctest", source: ">>> import shapes\n>>> shapes.Crate(1).side\n2\n" },
  { kind: "script", source: "import shapes\nassert shapes.SCALE == 3\n" },
  { kind: "script", source: "import shapes\nassert shapes.TABLE == [2]\n" },
];

let folder: string;
let sandbox: Sandbox;
let scout: Scout;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scout-"));
  process.umask(0o022); // the sandbox's user reads what is written here
  for (const [path, text] of Object.entries({ "tree/shapes.py": shapes, "layer/empty.py": "" })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  sandbox = await openSandbox();
  scout = await openScout(
    {
      treeFolder: join(folder, "tree"),
      context: {
        package: { name: "shapes", version: "1" },
        sourceRoots: [""],
        testPaths: [],
        pytestArguments: [],
      },
      environment: { folder: join(folder, "layer") },
      metadata: null,
    },
    { sandbox },
  );
  await scout.learn(checks);
});
afterAll(async () => {
  await scout?.[Symbol.asyncDispose]();
  await sandbox?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function outcomes(from: string, to: string, asked: readonly number[]) {
  expect(shapes).toContain(from);
  const changes = { "shapes.py": Buffer.from(shapes.replace(from, to)) };
  const trial = await scout.run(
    { changes, checks: asked, tests: [], stop: false },
    { patience: { check: 1 } },
  );
  if ("invalid" in trial) return "invalid";
  return { path: trial.path, outcomes: trial.checks.map(({ outcome }) => outcome) };
}

test("the tree as it is: outcomes, messages and executed lines", async () => {
  const { checks: results } = await scout.cover({ checks: [0, 1, 2, 3, 4], tests: [], only: {} });
  expect(results.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "failed", "failed", "passed"]);
  expect(results[0]).toMatchObject({ type: "AssertionError", message: "10", line: 2 });
  expect(results[0]?.lines?.["shapes.py"]).toEqual(expect.arrayContaining([9, 19]));
  expect(results[1]?.lines?.["shapes.py"]).not.toContain(19);
});

test("a changed body is swapped into decorated functions, properties and private methods", async () => {
  expect(await outcomes("return width + height", "return width * height", [0, 2, 3])).toEqual({
    path: "slow", // it ran during import, so only a fresh import shows all of it
    outcomes: ["passed", "passed", "passed"],
  });
  expect(await outcomes("self.side ** 2", "self.side ** 3", [1])).toEqual({
    path: "fast",
    outcomes: ["passed"],
  });
  expect(await outcomes("(side + 1)", "(side + 2)", [4])).toEqual({ path: "fast", outcomes: ["failed"] });
});

test("what only an import shows takes the slow path and is seen", async () => {
  expect(await outcomes("SCALE = 2", "SCALE = 3", [5])).toEqual({ path: "slow", outcomes: ["passed"] });
  expect(await outcomes("height=1", "height=0", [6])).toEqual({ path: "slow", outcomes: ["failed"] });
  expect(await outcomes("return width + height", "return 1", [6])).toEqual({
    path: "slow",
    outcomes: ["passed"],
  });
});

test("candidates that hang, die, end early or are no Python fail, and the next one is tried as ever", async () => {
  const body = "return self.side ** 2";
  expect(await outcomes(body, "while True: pass", [1])).toMatchObject({ outcomes: ["timeout"] });
  expect(await outcomes(body, "import os; os._exit(0)", [1])).toMatchObject({ outcomes: ["failed"] });
  expect(await outcomes(body, "import os; os.kill(os.getppid(), 9)", [1])).toMatchObject({
    outcomes: ["failed"],
  });
  expect(await outcomes(body, "raise SystemExit(0)", [1])).toMatchObject({ outcomes: ["failed"] });
  expect(await outcomes(body, "return [0] * 10 ** 11", [1])).toMatchObject({ outcomes: ["failed"] });
  expect(await outcomes(body, "return (", [1])).toBe("invalid");
  expect(await outcomes("** 2", "** 3", [1])).toMatchObject({ outcomes: ["passed"] });
});

test("without pytest in the layer there are no tests to collect, and candidates are tried as ever", async () => {
  await writeFile(join(folder, "tree/test_shapes.py"), "def test_nothing():\n    pass\n");
  expect(await scout.collect(["test_shapes.py"])).toEqual([]);
  expect(await outcomes("self.side ** 2", "self.side ** 3", [1])).toEqual({
    path: "fast",
    outcomes: ["passed"],
  });
});

test("checks that are learned later keep what the earlier ones imported", async () => {
  await scout.learn([
    ...checks,
    { kind: "script", source: "import shapes\nassert shapes.Box(1).side == 1\n" },
  ]);
  expect(await outcomes("self.side ** 2", "self.side ** 3", [1, 7])).toEqual({
    path: "fast",
    outcomes: ["passed", "passed"],
  });
  expect(await outcomes("return width + height", "return 1", [6])).toMatchObject({ path: "slow" });
});

test("tests of chosen files only are collected, traced in chosen functions, and run at a candidate", async () => {
  const files = {
    "shapes.py": shapes,
    "tests/test_box.py":
      "from shapes import Box, area\n\ndef test_volume():\n    assert Box(2).volume == 4\n\ndef test_area():\n    assert area(1) == 4\n",
    "tests/test_slow.py": "raise SystemExit('never to be imported')\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, "tested", path)), { recursive: true });
    await writeFile(join(folder, "tested", path), text);
  }
  const context = { package: { name: "shapes", version: "1" }, sourceRoots: [""], pytestArguments: [] };
  await using tested = await openScout(
    {
      treeFolder: join(folder, "tested"),
      context: { ...context, testPaths: ["tests"] },
      environment: { folder: await pytestLayer() },
      metadata: null,
    },
    { sandbox },
  );
  await tested.learn(checks);
  const [volume = "", area = "", ...more] = await tested.collect(["tests/test_box.py"]);
  expect([volume, area, ...more]).toEqual(["tests/test_box.py::test_volume", "tests/test_box.py::test_area"]);
  const row = shapes.split("\n").findIndex((line) => line.includes("def __cube")) + 1;
  const covered = await tested.cover({
    checks: [],
    tests: [volume, area],
    only: { "shapes.py": [[row, row + 1]] },
  });
  expect(covered.tests[volume]).toMatchObject({ outcome: "passed", lines: { "shapes.py": [row, row + 1] } });
  expect(covered.tests[area]).toMatchObject({ outcome: "passed", lines: {} });
  const changes = { "shapes.py": Buffer.from(shapes.replace("self.side ** 2", "self.side ** 3")) };
  const job = { changes, checks: [1], tests: [volume] };
  expect(await tested.run(job)).toMatchObject({ path: "fast", tests: { [volume]: { outcome: "failed" } } });
  expect(await tested.run({ ...job, fresh: true })).toMatchObject({
    path: "slow",
    tests: { [volume]: { outcome: "failed" } },
  });
});
