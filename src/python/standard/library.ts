import { existsSync, realpathSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Sandbox } from "../../sandbox/index.ts";

/** A module (or package) of the standard library that has tests of its own, all paths relative to the library. */
export interface StandardModule {
  /** As it is imported: `colorsys`. */
  name: string;
  files: string[];
  /** Test files that are named after it and import it. */
  tests: string[];
  /** Test functions that are written in them: a guess at how many there are. */
  count: number;
}

/** The folder of an interpreter's standard library; null where it does not lie where interpreters have it. */
export function libraryOf({
  interpreter,
  pythonVersion,
}: Pick<Sandbox, "interpreter" | "pythonVersion">): string | null {
  const prefix = dirname(dirname(realpathSync(interpreter)));
  const name = `python${pythonVersion.split(".").slice(0, 2).join(".")}`;
  const folders = ["lib", "lib64"].map((lib) => join(prefix, lib, name));
  return folders.find((folder) => existsSync(join(folder, "os.py"))) ?? null;
}

const plain = /^[a-z][a-z0-9]*$/;
/** They are no library, or do something when they are imported. */
const apart = new Set(["antigravity", "idlelib", "site", "sitecustomize", "test", "this", "turtledemo"]);

/**
 * The modules of a library that its `test` package tests, by name, one of them where `only` is given. Many systems
 * leave the tests out of what they install (Debian keeps `test.support` alone): then there are none.
 */
export async function testedModules(library: string, only?: string): Promise<StandardModule[]> {
  const names = await readdir(join(library, "test")).catch((): string[] => []);
  const tests = names.filter((name) => /^test_\w+\.py$/.test(name)).sort();
  if (tests.length === 0 || !names.includes("support")) return [];
  const found: StandardModule[] = [];
  for (const entry of (await readdir(library, { withFileTypes: true })).sort(byName)) {
    const name = entry.name.replace(/\.py$/, "");
    if (!plain.test(name) || apart.has(name) || (only !== undefined && name !== only)) continue;
    if (!entry.name.endsWith(".py") && !existsSync(join(library, name, "__init__.py"))) continue;
    const own = tests.filter((test) => test.startsWith(`test_${name}`));
    const about = await Promise.all(own.map((test) => testsOf(library, `test/${test}`, name)));
    const files = entry.name.endsWith(".py") ? [entry.name] : await pythonFiles(library, name);
    const chosen = about.filter(({ count }) => count > 0);
    const count = chosen.reduce((sum, each) => sum + each.count, 0);
    if (count > 0) found.push({ name, files, tests: chosen.map(({ file }) => file), count });
  }
  return found;
}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);

/** How many test functions a file has about a module; none where it does not import it. */
async function testsOf(
  library: string,
  file: string,
  name: string,
): Promise<{ file: string; count: number }> {
  const text = await readFile(join(library, file), "utf8");
  const imported = new RegExp(
    `^\\s*(?:import\\s+(?:[\\w., ]+,\\s*)?|from\\s+)${name}\\b|import_fresh_module\\(\\s*["']${name}["']`,
    "m",
  );
  return { file, count: imported.test(text) ? (text.match(/^\s*(?:async )?def test/gm) ?? []).length : 0 };
}

/** The Python files under a folder of the library, relative to the library. */
export async function pythonFiles(library: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(library, folder), { recursive: true });
  const paths = entries.map((path) => `${folder}/${path}`);
  const kept: string[] = [];
  for (const path of paths.sort())
    if (path.endsWith(".py") && (await stat(join(library, path))).isFile()) kept.push(path);
  return kept;
}
