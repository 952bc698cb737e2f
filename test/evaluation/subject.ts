import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Change, renderPatch } from "../../src/patch/index.ts";
import { type Blobs, openBlobs, runChild, writeTree } from "../../src/platform/index.ts";
import { canonicalJson, type Task, type Tree, treeHash } from "../../src/protocol/index.ts";

/** A small package with every kind of test outcome, and the defect: `total` forgets the last item. */
const release: Record<string, string> = {
  "shelf/__init__.py": "from .box import Box, labels, total\n",
  "shelf/box.py": `"""Boxes and what they hold."""


def total(values):
    """The sum of the values."""
    result = 0
    for value in values:
        result += value
    return result


def labels(items):
    """Every item as a string, in order."""
    return [str(item) for item in items]


class Box:
    def __init__(self, values):
        self.values = list(values)

    def weight(self):
        return total(self.values)
`,
  "tests/conftest.py":
    "import pytest\nimport shelf\n\n\n@pytest.fixture\ndef box():\n    return shelf.Box([1, 2, 3])\n",
  "tests/test_box.py": `import unittest

import pytest

import shelf


def test_total():
    assert shelf.total([1, 2, 3]) == 6


@pytest.mark.parametrize("values,expected", [([5], 5), ([1, 1], 2)])
def test_totals(values, expected):
    assert shelf.total(values) == expected


def test_labels():
    assert shelf.labels([1, "a"]) == ["1", "a"]


def test_nothing():
    assert shelf.total([]) == 0


@pytest.mark.xfail
def test_text():
    assert shelf.total("ab") == "ab"


def test_skipped():
    pytest.skip("not here")


class BoxTest(unittest.TestCase):
    def test_weight(self):
        self.assertEqual(shelf.Box([2, 3]).weight(), 5)


def test_box(box):
    assert box.weight() == 6
`,
  "pytest.ini": "[pytest]\naddopts = --no-such-option-but-ignored\n",
};
release["build/lib/shelf/box.py"] = release["shelf/box.py"] ?? ""; // as some releases hold what a build left behind
const defect = { "shelf/box.py": release["shelf/box.py"]?.replace("in values:", "in values[:-1]:") ?? "" };

export interface Subject {
  task: Task;
  blobs: Blobs;
  /** What `openTester` takes. */
  project: {
    folder: string;
    context: Task["context"];
    environment: { hash: string; lock: string; folder: string };
    metadata: null;
  };
  gold: string;
  /** A patch from the base state: path to new text (null deletes), or a function of the old text. */
  patch(files: Record<string, string | null | ((before: string) => string)>): string;
  base: Readonly<Record<string, string>>;
}

const hiddenCall = (call: string, came: unknown) => ({
  prelude: ["import shelf"],
  ...{ call, statement: false, variable: null, expected: JSON.stringify(["came", came]) },
});

/** Lay the subject out under a folder; `layer` holds pytest. */
export async function makeSubject(folder: string, layer: string): Promise<Subject> {
  const blobs = openBlobs(join(folder, "blobs"));
  const tree: Tree = {};
  for (const [path, text] of Object.entries(release))
    tree[path] = { hash: await blobs.put(text), executable: false };
  await blobs.put(canonicalJson(tree));
  const trees = join(folder, "trees");
  await mkdir(trees, { recursive: true });
  await chmod(folder, 0o755);
  const place = join(trees, treeHash(tree));
  await writeTree(tree, place, blobs);
  // where the umask closes new files to others, the sandbox's user would see nothing of them
  await runChild(["chmod", "-R", "a+rX", trees]);
  const base: Record<string, string> = { ...release, ...defect };
  const patch: Subject["patch"] = (files) =>
    renderPatch(
      Object.entries(files).map(([path, change]): Change => {
        const before = base[path] ?? null;
        return { path, before, after: typeof change === "function" ? change(before ?? "") : change };
      }),
    );
  const gold = patch({ "shelf/box.py": release["shelf/box.py"] ?? "" });
  const context: Task["context"] = {
    package: { name: "shelf", version: "1" },
    sourceRoots: [""],
    testPaths: ["tests"],
    pytestArguments: [],
  };
  const environment = treeHash({});
  const task: Task = {
    id: "shelf-1",
    package: { name: "shelf", version: "1" },
    generator: "by-hand",
    statement: "shelf.total([1, 2, 3]) gives 3, expected 6",
    reproduction:
      "import shelf\nvalue = shelf.total([1, 2, 3])\nassert repr(value) == '6', f'got {value!r}, expected 6'\n",
    context,
    environment,
    releaseTree: treeHash(tree),
    baseChanges: { "shelf/box.py": await blobs.put(defect["shelf/box.py"]) },
    challengeTree: treeHash(tree),
    gold,
    failToPass: ["total", "totals[values0-5]", "totals[values1-2]", "box"]
      .map((name) => `tests/test_box.py::test_${name}`)
      .concat("tests/test_box.py::BoxTest::test_weight"),
    passToPass: ["labels", "nothing", "text", "skipped"].map((name) => `tests/test_box.py::test_${name}`),
    hidden: [
      hiddenCall("shelf.total([4, 8, 15])", ["int", "0x1b"]),
      hiddenCall("shelf.total((2, 3, 7, 9))", ["int", "0x15"]),
      hiddenCall("shelf.Box([1, 10]).weight()", ["int", "0xb"]),
      hiddenCall("shelf.labels([2, 'b'])", [
        "list",
        [
          ["str", "'2'"],
          ["str", "'b'"],
        ],
      ]),
    ],
    suspectLines: 6,
    difficulty: { logit: 0, low: -2, high: 2 },
    createdAt: "2026-01-01T00:00:00Z",
  };
  return {
    task,
    blobs,
    project: {
      folder: place,
      context,
      environment: { hash: environment, lock: "", folder: layer },
      metadata: null,
    },
    gold,
    patch,
    base,
  };
}
