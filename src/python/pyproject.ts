import { parse } from "smol-toml";
import { z } from "zod";
import type { Blobs } from "../platform/index.ts";
import type { Tree } from "../protocol/index.ts";

/** The part of a pyproject.toml that preparing looks at; whatever has another form than expected is left out. */
const strings = z.array(z.string()).catch([]);
const table = z.record(z.string(), z.unknown()).catch({});
const Pyproject = z.object({
  "build-system": z
    .object({ requires: strings, "build-backend": z.string().optional(), "backend-path": strings })
    .partial()
    .optional()
    .catch(undefined),
  project: table.default({}),
  "dependency-groups": table.default({}),
  tool: table.default({}),
});
export type Pyproject = z.infer<typeof Pyproject>;

/** Read the tree's pyproject.toml; an empty one when it has none, or one that cannot be read. */
export async function readPyproject(tree: Tree, blobs: Blobs): Promise<Pyproject> {
  const text = await readText("pyproject.toml", tree, blobs);
  try {
    return Pyproject.parse(parse(text ?? ""));
  } catch {
    return Pyproject.parse({});
  }
}

/** A file of the tree as text, null when there is none or it is over a megabyte. */
export async function readText(path: string, tree: Tree, blobs: Blobs): Promise<string | null> {
  const entry = tree[path];
  if (!entry) return null;
  const bytes = await blobs.get(entry.hash);
  return bytes.length > 1024 * 1024 ? null : Buffer.from(bytes).toString("utf8");
}

/** Follow keys into nested tables; undefined where one is missing. */
export function dig(value: unknown, ...keys: readonly string[]): unknown {
  let at = value;
  for (const key of keys) {
    if (at === null || typeof at !== "object" || Array.isArray(at)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}
