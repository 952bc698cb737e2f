import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../../protocol/index.ts";

/** A text file of the tree, in a form that gives its very bytes back. */
export interface TextFile {
  path: string;
  text: string;
  encoding: "utf8" | "latin1";
}

const limits = { files: 2_000, bytes: 1_000_000, depth: 12 };

/** The bytes of a file that had this encoding. */
export const encodeAs = (text: string, encoding: TextFile["encoding"]) => Buffer.from(text, encoding);

export async function readText(folder: string, path: string): Promise<TextFile> {
  const bytes = await readFile(join(folder, path));
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes)
    ? { path, text, encoding: "utf8" }
    : { path, text: bytes.toString("latin1"), encoding: "latin1" };
}

/** Paths of the tree's Python files, those of tests apart. Symbolic links are not followed. */
export async function listPython(
  folder: string,
  context: Context,
): Promise<{ sources: string[]; tests: string[] }> {
  const sources: string[] = [];
  const tests: string[] = [];
  const visit = async (path: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      const inner = path === "" ? entry.name : `${path}/${entry.name}`;
      if (sources.length + tests.length >= limits.files) return;
      if (entry.isDirectory() && depth < limits.depth && !entry.name.startsWith("."))
        await visit(inner, depth + 1);
      else if (entry.isFile() && entry.name.endsWith(".py"))
        (isTest(inner, context) ? tests : sources).push(inner);
    }
  };
  await visit("", 0);
  return { sources: sources.sort(), tests: tests.sort() };
}

/** A test, or what tests are configured by: never changed by an agent. */
function isTest(path: string, context: Context): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return (
    context.testPaths.some((each) => path === each || path.startsWith(`${each}/`)) ||
    /^(test_.*|.*_test|conftest|setup|noxfile)\.py$/.test(name) ||
    /(^|\/)tests?\//.test(path)
  );
}

/** `package/module.py` under one of the source roots -> `package.module`. */
export function moduleName(path: string, context: Context): string | null {
  const roots = [...context.sourceRoots].sort((a, b) => b.length - a.length);
  for (const root of roots) {
    const prefix = root === "" ? "" : `${root.replace(/\/$/, "")}/`;
    if (!path.startsWith(prefix)) continue;
    const parts = path.slice(prefix.length).replace(/\.py$/, "").split("/");
    if (parts.at(-1) === "__init__") parts.pop();
    if (parts.length > 0 && parts.every((part) => /^\w+$/.test(part))) return parts.join(".");
  }
  return null;
}
