import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Blobs, openBlobs } from "../platform/index.ts";
import type { Tree } from "../protocol/index.ts";
import { readMetadata } from "./metadata.ts";
import { missingFrom } from "./missing.ts";
import { readPyproject } from "./pyproject.ts";
import { nameOf, ownRequirements, relaxed, testGroups } from "./requirements.ts";

let folder: string;
let blobs: Blobs;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "taoception-requirements-"));
  blobs = openBlobs(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function treeOf(files: Readonly<Record<string, string>>): Promise<Tree> {
  const tree: Tree = {};
  for (const [path, text] of Object.entries(files))
    tree[path] = { hash: await blobs.put(text), executable: false };
  return tree;
}

const metadata = readMetadata(`Metadata-Version: 2.4
Name: My.Project
Version: 1.0
Summary: two
        lines
Requires-Dist: attrs>=20
Requires-Dist: colorama; sys_platform == "win32"
Requires-Dist: evil @ https://example.org/evil.whl
Provides-Extra: docs
Provides-Extra: testing
Requires-Dist: sphinx; extra == "docs"
Requires-Dist: hypothesis>=6; extra == 'testing'
Requires-Dist: my-project[fast]; extra == "testing"
Requires-Dist: orjson; python_version < "3.9" and extra == "fast"

Requires-Dist: not-a-header
`);

test("metadata: its own requirements are those without an extra, and never an address", () => {
  expect(metadata).toMatchObject({ name: "My.Project", version: "1.0", extras: ["docs", "testing"] });
  expect(ownRequirements(metadata)).toEqual(["attrs>=20", 'colorama; sys_platform == "win32"']);
});

test("every place that names what tests need is read, developers' tools are left out", async () => {
  const tree = await treeOf({
    "pyproject.toml": `[dependency-groups]
test = ["freezegun", {include-group = "more"}, "my_project[testing]"]
more = ["iniconfig"]
docs = ["furo"]
[tool.poetry.group.dev.dependencies]
python = "^3.9"
responses = "^0.2"
black = "*"
[tool.hatch.envs.hatch-test]
extra-dependencies = ["trustme"]
`,
    "requirements.txt": "production-only\n",
    "requirements/tests.txt":
      "-r ../more/base.in\n-e .\n--index-url https://x\npytest-mock==3.1 \\\n  --hash=sha256:00\ngit+https://x/y\n",
    "more/base.in": "pyyaml # why\n-c constraints.txt\n./local\n",
    "requirements-dev.txt": "mypy==1.0\npytest-cov\n",
    "tox.ini":
      "[tox]\n[testenv]\ndeps =\n    py39: old\n    flask\n    -rrequirements.txt\ncommands = pytest\n[testenv:lint]\ndeps = ruff\n",
    "setup.py": "setup(tests_require=['nose', \"mock\"])",
  });
  const groups = await testGroups(metadata, await readPyproject(tree, blobs), { tree, blobs });
  expect(Object.fromEntries(groups.map(({ from, lines }) => [from, lines]))).toEqual({
    "extra testing": [
      "hypothesis>=6; python_version >= '3'",
      "orjson; python_version < \"3.9\" and python_version >= '3'",
    ],
    "group test": [
      ...["freezegun", "iniconfig", "hypothesis>=6; python_version >= '3'"],
      "orjson; python_version < \"3.9\" and python_version >= '3'",
    ],
    "poetry dev": ["responses"],
    "hatch hatch-test": ["trustme"],
    "requirements/tests.txt": ["pyyaml", "pytest-mock==3.1"],
    "tox.ini": ["flask"],
    "setup.py": ["nose", "mock"],
  });
});

test("a pyproject that cannot be read is an empty one", async () => {
  const tree = await treeOf({ "pyproject.toml": "[project\nname=" });
  expect((await readPyproject(tree, blobs)).project).toEqual({});
});

test("a requirement's name, and what is left of it without its version", () => {
  expect(["A.b_c[x]>=1", "zope.interface", "x-1; y"].map(nameOf)).toEqual(["a-b-c", "zope-interface", "x-1"]);
  expect(relaxed('pytest[a]>=3,<4 ; python_version < "3"')).toBe('pytest[a] ; python_version < "3"');
});

test("what failed tests ask for by name", async () => {
  const tree = await treeOf({ "src/own/plugin.py": "", "tests/support.py": "" });
  const text = `E ModuleNotFoundError: No module named 'yaml'
No module named 'own.gone' No module named 'support' No module named 'trio'
E fixture 'mocker' not found, fixture 'whatever' not found`;
  expect(missingFrom(text, tree)).toEqual(["pyyaml", "trio", "pytest-mock"]);
});
