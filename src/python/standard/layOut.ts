import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { type Blobs, TaoceptionError } from "../../platform/index.ts";
import { type Tree, TreePath } from "../../protocol/index.ts";
import { pythonFiles, type StandardModule } from "./library.ts";

/** Where the library lies in the tree: as in CPython's own repository. */
export const ROOT = "Lib";

const MOST_BYTES = 10 * 1024 * 1024;
const MOST_FILES = 1_000;
const DATA_BYTES = 256 * 1024;

/**
 * Lay a module out as a project of its own: its files, its tests, and of the `test` package what they stand on:
 * `test.support`, the modules they import, and the data files that they name.
 */
export async function layOut(library: string, { files, tests }: StandardModule, blobs: Blobs): Promise<Tree> {
  const support = await pythonFiles(library, "test/support");
  const waiting = [...files, "test/__init__.py", ...support, ...tests];
  const tree: Tree = {};
  let bytes = 0;
  const put = async (path: string, at: string) => {
    const content = await readFile(join(library, path));
    bytes += content.length;
    if (bytes > MOST_BYTES || Object.keys(tree).length >= MOST_FILES)
      throw new TaoceptionError("too-large", `${files[0]} and its tests are over ${MOST_BYTES} bytes`);
    tree[TreePath.parse(at)] = { hash: await blobs.put(content), executable: false };
    return content.toString("utf8");
  };
  for (const path of waiting) {
    if (`${ROOT}/${path}` in tree) continue;
    const text = await put(path, `${ROOT}/${path}`);
    if (!path.startsWith("test/")) continue;
    waiting.push(...importedTests(text).flatMap((module) => fileOf(library, module)));
    if (tests.includes(path)) waiting.push(...(await dataOf(library, text)));
  }
  if (existsSync(join(library, "LICENSE.txt"))) await put("LICENSE.txt", "LICENSE.txt");
  return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Modules of the `test` package that a file may import, as paths without ending. */
function importedTests(text: string): string[] {
  const found = [...text.matchAll(/^\s*import\s+(test(?:\.\w+)+)/gm)].map(([, name = ""]) => name);
  const froms = text.matchAll(/^\s*from\s+(test(?:\.\w+)*)\s+import\s+(\([^)]*\)|[^\n#]*)/gm);
  for (const [, module = "", list = ""] of froms)
    found.push(module, ...[...list.matchAll(/\b\w+\b/g)].map(([name]) => `${module}.${name}`));
  return found.map((name) => name.replaceAll(".", "/"));
}

function fileOf(library: string, module: string): string[] {
  return [`${module}.py`, `${module}/__init__.py`].filter((path) => existsSync(join(library, path)));
}

/** Files of the `test` package, no Python, that a test names in a string. */
async function dataOf(library: string, text: string): Promise<string[]> {
  const named = new Set(
    [...text.matchAll(/["']([\w][\w./-]{2,80}\.\w{1,8})["']/g)].map(([, name = ""]) => name),
  );
  const found: string[] = [];
  for (const name of named) {
    const path = posix.join("test", name);
    if (!path.startsWith("test/") || path.endsWith(".py") || path.endsWith(".pyc")) continue;
    const stats = await stat(join(library, path)).catch(() => null);
    if (stats?.isFile() && stats.size <= DATA_BYTES) found.push(path);
  }
  return found;
}
