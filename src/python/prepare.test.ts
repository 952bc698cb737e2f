import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBlobs, runChild, silentLogger, systemClock } from "../platform/index.ts";
import { findUv, indexUrl } from "../pypi/index.ts";
import { openSandbox } from "../sandbox/index.ts";
import { openLayer } from "./layer.ts";
import { prepare } from "./prepare.ts";
import type { Preparing } from "./preparing.ts";
import { openTester } from "./tester.ts";

let home: string;
let preparing: Preparing;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "taoception-prepare-"));
  const bundled = fileURLToPath(new URL("../../.runtime/uv/bin/uv", import.meta.url));
  const uv = await findUv({ candidates: [bundled], path: process.env.PATH });
  const cache = join(home, "cache");
  preparing = {
    ...{ sandbox: await openSandbox(), blobs: openBlobs(join(home, "blobs")), cache, uv },
    ...{ index: await indexUrl(uv, process.env), clock: systemClock, logger: silentLogger },
  };
});
afterAll(async () => {
  await preparing.sandbox[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

async function folderOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(home, name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const pyproject = `[project]
name = "tiny-sums"
version = "1.2"
dependencies = []
[project.optional-dependencies]
test = ["pytest", "no-such-distribution-anywhere-at-all"]
[project.scripts]
tiny = "tiny_sums:main"
`;
const good = `import subprocess, sys
from importlib.metadata import entry_points, version
import pytest
from tiny_sums import add
@pytest.mark.parametrize("n", range(4))
def test_add(n):
    assert add(n, 1) == n + 1
def test_metadata():
    assert version("tiny-sums") == "1.2"
    assert [each.name for each in entry_points(group="console_scripts") if each.value == "tiny_sums:main"] == ["tiny"]
def test_child():
    subprocess.run([sys.executable, "-c", "import tiny_sums"], check=True)
`;

test("a folder: stable tests are kept, the others left out with the reason, and all of it is remembered", async () => {
  const folder = await folderOf("tiny", {
    "pyproject.toml": pyproject,
    "src/tiny_sums/__init__.py": "import os\ndef add(a, b):\n    return a + b\n",
    "tests/test_a.py": `${good}def test_marks():\n    import os\n    os.environ["MARK"] = "1"\n`,
    "tests/test_b.py": `import os, time, pytest
def test_flaky():
    assert "MARK" not in os.environ
def test_wrong():
    assert 1 == 2
def test_slow():
    time.sleep(2.2)
def test_kills():
    os.kill(os.getpid(), 9)
def test_after():
    pass
@pytest.mark.skip
def test_skipped():
    pass
`,
    "tests/test_broken.py": "import tiny_sums.nothing\n",
    ".venv/lib/x.py": "",
    ".git/config": "",
  });
  const prepared = await prepare({ kind: "folder", path: folder }, preparing);
  if (!prepared.ok) throw new Error(`${prepared.stage}: ${prepared.reason}\n${prepared.log}`);
  const { project } = prepared;
  expect(prepared.package).toEqual({ name: "tiny-sums", version: "1.2" });
  expect(project.context).toMatchObject({ sourceRoots: ["src"], testPaths: ["tests"] });
  expect(project.tests.map(({ id }) => id)).toEqual([
    ...[0, 1, 2, 3].map((n) => `tests/test_a.py::test_add[${n}]`),
    ...["metadata", "child", "marks"].map((name) => `tests/test_a.py::test_${name}`),
    "tests/test_b.py::test_after",
  ]);
  const reasons = Object.fromEntries(
    project.excluded.map(({ id, reason }) => [id.split("::").at(-1), reason]),
  );
  expect(reasons).toMatchObject({
    "tests/test_broken.py": expect.stringContaining("cannot be collected"),
    test_flaky: expect.stringContaining("flaky: passed, then failed: AssertionError"),
    test_wrong: expect.stringContaining("failed: AssertionError"),
    test_slow: expect.stringMatching(/^slow: 2\d\d\d ms/),
    test_kills: "ended the process (SIGKILL)",
    test_skipped: "skipped",
  });
  expect(Object.keys(project.tree)).not.toContain(".git/config");
  expect(project.environment.lock).toMatch(/^pytest==\d/m);
  expect(project.environment.lock).not.toMatch(/tiny/);
  expect(await readdir(project.environment.folder)).not.toContain("tiny_sums");

  const started = performance.now();
  const offline = { ...preparing, offline: true, index: { urls: ["https://nowhere.invalid/simple"] } };
  expect(await prepare({ kind: "folder", path: folder }, offline)).toEqual(prepared);
  expect(performance.now() - started).toBeLessThan(1000);

  await using tester = await openTester(project, preparing);
  const run = await tester.run({
    changes: { "src/tiny_sums/__init__.py": Buffer.from("def add(a, b):\n    return a - b\n") },
    tests: project.tests.map(({ id }) => id),
  });
  expect(run.outcomes["tests/test_a.py::test_add[1]"]).toBe("failed");
  expect(run.outcomes["tests/test_a.py::test_metadata"]).toBe("passed");
});

test("a project that has to be built is built without network, and what building makes joins the tree", async () => {
  const folder = await folderOf("built", {
    "setup.py": `import os, socket
from setuptools import setup
reached = []
for address in [("127.0.0.1", 5432), ("169.254.169.254", 80), ("10.0.0.1", 80)]:
    try:
        socket.create_connection(address, 0.3)
        reached.append(address)
    except OSError:
        pass
secrets = [name for name in os.environ if "PROXY" in name.upper() or "INDEX" in name] + os.listdir("/root" if os.path.isdir("/root") else "/tmp/source/lib/made")
with open("lib/made/found.py", "w") as file:
    file.write(f"REACHED = {reached!r}\\nSECRETS = {secrets!r}\\n")
setup(name="made", version="3", package_dir={"": "lib"}, packages=["made"])
`,
    "lib/made/__init__.py": "from made.found import REACHED, SECRETS\n",
    "test_made.py": `import made, pytest
@pytest.mark.parametrize("n", range(5))
def test_made(n):
    assert made.REACHED == [] and made.SECRETS in ([], ["__init__.py"])
`,
  });
  const prepared = await prepare({ kind: "folder", path: folder }, preparing);
  if (!prepared.ok) throw new Error(`${prepared.stage}: ${prepared.reason}\n${prepared.log}`);
  expect(prepared.project.generated).toEqual(["lib/made/found.py"]);
  expect(prepared.project.context).toMatchObject({ sourceRoots: ["lib"], testPaths: ["test_made.py"] });
  expect(prepared.project.tests).toHaveLength(5);
  expect(await readFile(join(prepared.project.folder, "lib/made/found.py"), "utf8")).toContain(
    "REACHED = []",
  );
});

test("what cannot be prepared is an outcome with its stage and reason", async () => {
  const failing = await folderOf("failing", {
    "setup.py": "raise SystemExit('no compiler here')\n",
    "a.py": "",
  });
  const tests = { "test_few.py": "def test_one():\n    pass\n" };
  const compiled = await folderOf("compiled", {
    "pyproject.toml": '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n',
  });
  const none = await folderOf("none", { "pyproject.toml": pyproject, "tiny_sums.py": "" });
  const few = await folderOf("few", { "pyproject.toml": pyproject, "tiny_sums.py": "", ...tests });
  const outcomes = [];
  for (const path of [failing, compiled, none, few]) {
    const prepared = await prepare({ kind: "folder", path }, preparing);
    outcomes.push(prepared.ok ? "ok" : `${prepared.stage}: ${prepared.reason}`);
  }
  expect(outcomes).toEqual([
    "build: building failed: no compiler here",
    "build: it is compiled (by maturin)",
    "collect: it has no tests",
    expect.stringContaining("baseline: 1 of 1 tests hold"),
  ]);
});

test("an unknown release, and one offline that nobody fetched before", async () => {
  const { package: pkg, ...unknown } = await prepare(
    { kind: "release", name: "No_Such.Project-of-taoception" },
    preparing,
  );
  expect(pkg).toEqual({ name: "no-such-project-of-taoception", version: "?" });
  expect(unknown).toMatchObject({ ok: false, stage: "fetch" });
  const offline = await prepare({ kind: "release", name: "toolz" }, { ...preparing, offline: true });
  expect(offline).toMatchObject({ ok: false, stage: "fetch" });
});

test("one layer, asked for by two processes at once, is built once and the same for both", async () => {
  const lock = "pluggy==1.5.0\niniconfig==2.0.0\n";
  const { blobs: _, sandbox, ...rest } = preparing;
  const program = join(home, "layer.mjs");
  const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  await writeFile(
    program,
    `import { openSandbox } from ${module("../sandbox/index.ts")};
import { openLogger, systemClock } from ${module("../platform/index.ts")};
import { openLayer } from ${module("layer.ts")};
await using sandbox = await openSandbox();
const { index, uv, cache } = ${JSON.stringify({ index: rest.index, uv: rest.uv, cache: rest.cache })};
const layer = await openLayer(${JSON.stringify(lock)}, { sandbox, index, uv, cache, clock: systemClock, logger: openLogger("layer", "info") });
console.log(JSON.stringify(layer));
`,
  );
  let built = 0;
  const logger = {
    ...silentLogger,
    info: () => {
      built += 1;
    },
  } as typeof silentLogger;
  const child = (clock: string) =>
    runChild([process.execPath, program], {
      env: { PATH: process.env.PATH ?? "", WHO: clock },
      timeoutMs: 60_000,
    });
  const [mine, again, ...others] = await Promise.all([
    openLayer(lock, { ...rest, sandbox, logger }),
    openLayer("iniconfig==2.0.0\n\npluggy==1.5.0", { ...rest, sandbox, logger }),
    child("one"),
    child("two"),
  ]);
  expect(again).toEqual(mine);
  for (const other of others) {
    expect({ code: other.exitCode, stderr: other.exitCode === 0 ? "" : other.stderr }).toEqual({
      code: 0,
      stderr: "",
    });
    expect(JSON.parse(other.stdout)).toEqual(mine);
    built += other.stderr.split("building a layer").length - 1;
  }
  expect(built).toBe(1);
  expect(await readdir(mine.folder)).toEqual(expect.arrayContaining(["iniconfig", "pluggy"]));
  await expect(openLayer("pluggy @ file:///etc", { ...rest, sandbox })).rejects.toMatchObject({
    code: "bad-lock",
  });
});
