import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { hashBytes, type Tree } from "../protocol/index.ts";
import { leaksIn } from "./leak.ts";
import { shapeOf } from "./shape.ts";

const treeOf = (files: Readonly<Record<string, string>>): Tree =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, { hash: hashBytes(text), executable: false }]),
  );
const wheelOf = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));

test("the wheel shows where the code lies, and what only building makes", () => {
  const tree = treeOf({
    "src/pkg/__init__.py": "a",
    "src/pkg/core.py": "b",
    "build/old/pkg/core.py": "other",
    "tests/test_core.py": "t",
  });
  const wheel = wheelOf({
    "pkg/__init__.py": "a",
    "pkg/core.py": "b",
    "pkg/_version.py": "v",
    "pkg/data.json": "{}",
    "pkg-1.dist-info/METADATA": "Name: pkg",
  });
  const shape = shapeOf(wheel, tree);
  expect(shape?.sourceRoots).toEqual(["src"]);
  expect(Object.keys(shape?.generated ?? {})).toEqual(["src/pkg/_version.py", "src/pkg/data.json"]);
});

test("code at the root, code at two places, and a wheel whose sources are not there", () => {
  expect(shapeOf(wheelOf({ "one.py": "1" }), treeOf({ "one.py": "1" }))?.sourceRoots).toEqual([""]);
  const two = shapeOf(wheelOf({ "a.py": "1", "b.py": "2" }), treeOf({ "lib/a.py": "1", "ext/b.py": "2" }));
  expect(two?.sourceRoots.sort()).toEqual(["ext", "lib"]);
  expect(shapeOf(wheelOf({ "a.py": "", "b.py": "", "c.py": "" }), treeOf({ "src/a.py": "" }))).toBeNull();
});

test("a copy of the project in a layer is found with the distribution that brings it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "taoception-leak-"));
  const source = `${"x = 1\n".repeat(60)}`;
  const files: Record<string, string> = {
    "tree/src/pkg/core.py": source,
    "tree/src/pkg/__init__.py": "",
    "tree/tests/helper.py": `${source}#`,
    "layer/big_tool/_vendor/pkg/core.py": source,
    "layer/big_tool/_vendor/pkg/__init__.py": "",
    "layer/other.py": `${"y = 1\n".repeat(60)}`,
    "layer/helper.py": `${source}#`,
    "layer/Big_Tool-1.0.dist-info/RECORD": "big_tool/_vendor/pkg/core.py,sha256=x,1\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const tree = treeOf({
    "src/pkg/core.py": source,
    "src/pkg/__init__.py": "",
    "tests/helper.py": `${source}#`,
  });
  expect(
    await leaksIn(join(folder, "layer"), { tree, folder: join(folder, "tree"), sourceRoots: ["src"] }),
  ).toEqual([{ path: "big_tool/_vendor/pkg/core.py", source: "src/pkg/core.py", distribution: "big-tool" }]);
  await rm(folder, { recursive: true });
});
