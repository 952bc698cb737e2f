import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Hash, hashBytes, type Tree } from "../protocol/index.ts";
import { normalizeName } from "../pypi/index.ts";

/** Files shorter than this (an empty `__init__.py`) are alike without telling anything. */
const TELLING_BYTES = 200;

/** A file of a layer with the very bytes of one of the project's sources, and the distribution that brings it. */
export interface Leak {
  path: string;
  source: string;
  distribution: string;
}

/** Look for copies of the project's Python files in a layer: a vendored copy would be the answer to a task. */
export async function leaksIn(
  layer: string,
  project: { tree: Tree; folder: string; sourceRoots: readonly string[] },
): Promise<Leak[]> {
  const own = new Map<Hash, string>();
  const sizes = new Set<number>();
  for (const [path, { hash }] of Object.entries(project.tree)) {
    const inside = project.sourceRoots.some((root) => root === "" || path.startsWith(`${root}/`));
    if (!inside || !path.endsWith(".py")) continue;
    const { size } = await stat(join(project.folder, path));
    if (size < TELLING_BYTES) continue;
    own.set(hash, path);
    sizes.add(size);
  }
  const leaks: Leak[] = [];
  for (const entry of await readdir(layer, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".py")) continue;
    const full = join(entry.parentPath, entry.name);
    if (!sizes.has((await stat(full)).size)) continue;
    const source = own.get(hashBytes(await readFile(full)));
    if (source === undefined) continue;
    const path = full.slice(layer.length + 1);
    leaks.push({ path, source, distribution: await ownerOf(path, layer) });
  }
  return leaks;
}

async function ownerOf(path: string, layer: string): Promise<string> {
  for (const entry of await readdir(layer)) {
    const name = /^(.+?)-[^-]+\.dist-info$/.exec(entry)?.[1];
    if (name === undefined) continue;
    const record = await readFile(join(layer, entry, "RECORD"), "utf8").catch(() => "");
    if (record.includes(`${path},`)) return normalizeName(name);
  }
  return "?";
}
