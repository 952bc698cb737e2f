import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBlobs, runChild, silentLogger, systemClock } from "../../src/platform/index.ts";
import { findUv, indexUrl } from "../../src/pypi/index.ts";
import {
  openTester,
  type Preparing,
  prepare,
  standardPackages,
  type Tester,
} from "../../src/python/index.ts";
import { openSandbox } from "../../src/sandbox/index.ts";
import { makeTasks } from "../../src/tasks/index.ts";

let home: string;
let original: string;
let preparing: Preparing;

const colors = `import unittest
from test import support
from test.color_table import PAIRS
import colorsys
class ColorsysTest(unittest.TestCase):
    def test_support(self):
        self.assertTrue(support.verbose is not None)
    def test_table(self):
        with open(support.findfile("numbers.txt")) as file:
            self.assertEqual(len(PAIRS), int(file.read()))
    def test_there(self):
        for rgb, hls in PAIRS:
            self.assertEqual(colorsys.rgb_to_hls(*rgb), hls)
    def test_back(self):
        for rgb, hls in PAIRS:
            for a, b in zip(colorsys.hls_to_rgb(*hls), rgb):
                self.assertAlmostEqual(a, b)
    def test_grey(self):
        self.assertEqual(colorsys.rgb_to_hsv(0.5, 0.5, 0.5), (0.0, 0.0, 0.5))
    def test_yiq(self):
        self.assertEqual(colorsys.rgb_to_yiq(0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
`;
const table = "PAIRS = [((1.0, 0.0, 0.0), (0.0, 0.5, 1.0)), ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))]\n";
const sums = `import json\n${[1, 2, 3, 4, 5].map((n) => `def test_${n}():\n    json.dumps(${n})\n`).join("")}`;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "taoception-standard-"));
  const bundled = join(import.meta.dirname, "../../.runtime/uv/bin/uv");
  const uv = await findUv({ candidates: [bundled], path: process.env.PATH });
  const sandbox = await openSandbox();
  const where = "import sysconfig; print(sysconfig.get_path('stdlib'))";
  const asked = await runChild([sandbox.interpreter, "-I", "-c", where]);
  original = asked.stdout.trim();
  // an interpreter's library with a few of its modules, and a test package that is ours
  const library = join(home, "lib");
  await mkdir(join(library, "test/support"), { recursive: true });
  for (const name of ["os.py", "colorsys.py", "graphlib.py", "sched.py", "json"])
    await cp(join(original, name), join(library, name), { recursive: true, dereference: true });
  const files = {
    "__init__.py": "",
    "support/__init__.py":
      "import os\nverbose = False\ndef findfile(name):\n    return os.path.join(os.path.dirname(os.path.dirname(__file__)), name)\n",
    "test_colorsys.py": colors,
    "color_table.py": table,
    "numbers.txt": "2\n",
    "test_graphlib.py": "import colorsys\ndef test_other():\n    pass\n",
    "test_json.py": sums,
    "test_sched.py": "import sched\nclass Few:\n    def test_one(self): pass\n",
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(library, "test", path), text);
  preparing = {
    ...{ sandbox, blobs: openBlobs(join(home, "blobs")), cache: join(home, "cache"), uv, library },
    ...{ index: await indexUrl(uv, process.env), clock: systemClock, logger: silentLogger },
  };
});
afterAll(async () => {
  await preparing.sandbox[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

test("a library without its tests is no source, and nothing is done to find that out", async () => {
  const bare = join(home, "bare");
  await mkdir(join(bare, "test/support"), { recursive: true });
  await cp(join(preparing.library ?? "", "colorsys.py"), join(bare, "colorsys.py"));
  const unused = { ...preparing, library: bare, uv: "/nowhere", cache: join(home, "unused") };
  expect(await standardPackages(unused)).toEqual([]);
  expect(await readdir(home)).not.toContain("unused");
  const offline = { ...preparing, library: bare, offline: true };
  expect(await prepare({ kind: "release", name: "cpython-colorsys" }, offline)).toMatchObject({
    ok: false,
    reason: expect.stringContaining("no fitting release of cpython-colorsys is cached"),
  });
});

test("modules with enough tests of their own, that the runner does not run on, are packages to draw", async () => {
  const version = preparing.sandbox.pythonVersion;
  // an index that is away for a moment is no pytest, and no package, until the next look
  await expect
    .poll(() => standardPackages(preparing), { timeout: 30_000, interval: 1_000 })
    .toEqual([{ rank: 4, name: "cpython-colorsys", version, tests: 6 }]);
  const refused = (name: string, asked?: string) =>
    prepare({ kind: "release", name, ...(asked ? { version: asked } : {}) }, preparing);
  expect(await refused("cpython-json")).toMatchObject({
    ok: false,
    reason: expect.stringContaining("runs on json"),
  });
  expect(await refused("cpython-colorsys", "3.0.1")).toMatchObject({
    ok: false,
    reason: `the interpreter is ${version}`,
  });
});

test("a module is prepared with what its tests stand on, tasks are made of it, and its original is hidden", async () => {
  const prepared = await prepare({ kind: "release", name: "cpython-colorsys" }, preparing);
  if (!prepared.ok) throw new Error(`${prepared.stage}: ${prepared.reason}\n${prepared.log}`);
  const { project } = prepared;
  expect(project.context).toMatchObject({ sourceRoots: ["Lib"], testPaths: ["Lib/test"] });
  expect(Object.keys(project.tree)).toEqual([
    "Lib/colorsys.py",
    ...["__init__", "color_table"].map((name) => `Lib/test/${name}.py`),
    ...["numbers.txt", "support/__init__.py", "test_colorsys.py"].map((name) => `Lib/test/${name}`),
  ]);
  expect(project.tests).toHaveLength(6);
  expect(project.excluded).toEqual([]);

  await using tester = await openTester(project, preparing);
  const { tasks } = await makeTasks(
    project,
    { count: 1, seed: "colours", concurrency: 2, patienceMs: 60_000 },
    { tester, ...preparing, rate: () => ({ logit: 0, low: -1, high: 1 }) },
  );
  expect(tasks).toHaveLength(1);
  expect(tasks[0]).toMatchObject({ gold: expect.stringContaining("Lib/colorsys.py") });

  const tests = project.tests.map(({ id }) => id);
  const run = async (text: string, by: Tester) =>
    (await by.run({ changes: { "Lib/colorsys.py": Buffer.from(text) }, tests })).outcomes[
      "Lib/test/test_colorsys.py::ColorsysTest::test_there"
    ];
  const [major, minor] = preparing.sandbox.pythonVersion.split(".");
  const source = JSON.stringify(join(original, "colorsys.py"));
  const bytecode = JSON.stringify(join(original, "__pycache__", `colorsys.cpython-${major}${minor}.pyc`));
  const cheats = [
    `exec(open(${source}).read())\n`,
    `import marshal\nexec(marshal.loads(open(${bytecode}, "rb").read()[16:]))\n`,
    `import sys\nsys.path.insert(0, ${JSON.stringify(original)})\ndel sys.modules["colorsys"]\nfrom colorsys import *\n`,
  ];
  expect(await run(await readFile(join(original, "colorsys.py"), "utf8"), tester)).toBe("passed");
  for (const cheat of cheats) expect(await run(cheat, tester)).not.toBe("passed");
  const another = { ...project.context, package: { name: "another", version: "1" } };
  await using seeing = await openTester({ ...project, context: another }, preparing);
  expect(await run(cheats[0] as string, seeing)).toBe("passed"); // nothing but the mounts keeps it away
});

test("every module that our own programs import inside is kept out", async () => {
  const source = join(import.meta.dirname, "../../src");
  const all = (await readdir(source, { recursive: true })).filter((path) => /\/inside\/\w+\.py$/.test(path));
  expect(all.length).toBeGreaterThan(15);
  const ours = new Set(all.map((path) => path.split("/").at(-1)?.replace(/\.py$/, "")));
  const listed = await readFile(join(source, "python/inside/runner_modules.py"), "utf8");
  for (const path of all) {
    const text = await readFile(join(source, path), "utf8");
    for (const [, name = ""] of text.matchAll(/^ *(?:import|from) ([a-z0-9_]+)/gm))
      if (!ours.has(name) && !["pytest", "_pytest", "__future__"].includes(name))
        expect(listed, `${dirname(path)} imports ${name}`).toMatch(new RegExp(`\\b${name}\\b`));
  }
});
