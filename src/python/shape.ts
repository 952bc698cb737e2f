import type { Blobs } from "../platform/index.ts";
import { hashBytes, type Tree } from "../protocol/index.ts";
import type { Wheel } from "../pypi/index.ts";

/** Where a project's code lies in its tree, and what only building makes. */
export interface Shape {
  /** Folders for Python's path, relative to the tree ("" is its root), the one with most code first. */
  sourceRoots: string[];
  /** Files of the wheel that the source distribution lacks, at their place in the tree. */
  generated: Record<string, Uint8Array>;
}

/**
 * Hold a project's wheel against its tree. Each Python file of the wheel votes for the folder under which the tree
 * has a file of the same path (and, where there are several, the same bytes). Null when the two do not belong
 * together: the sources of the code are somewhere else.
 */
export function shapeOf(wheel: Wheel, tree: Tree): Shape | null {
  const ends = new Map<string, string[]>();
  for (const path of Object.keys(tree)) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    ends.set(name, [...(ends.get(name) ?? []), path]);
  }
  const votes = new Map<string, number>();
  const unplaced: string[] = [];
  let python = 0;
  for (const [path, bytes] of Object.entries(wheel)) {
    if (/^[^/]+\.(?:dist-info|data)\//.test(path)) continue;
    const isPython = path.endsWith(".py");
    if (isPython) python += 1;
    const name = path.slice(path.lastIndexOf("/") + 1);
    const places = (ends.get(name) ?? []).filter((place) => place === path || place.endsWith(`/${path}`));
    const hash = places.length > 1 ? hashBytes(bytes) : null;
    const same = hash === null ? places : places.filter((place) => tree[place]?.hash === hash);
    const place = (same.length > 0 ? same : places).sort((a, b) => a.length - b.length)[0];
    if (place === undefined) unplaced.push(path);
    else if (isPython) {
      const root = place.slice(0, -path.length).replace(/\/$/, "");
      votes.set(root, (votes.get(root) ?? 0) + 1);
    }
  }
  const sourceRoots = [...votes]
    .sort((a, b) => b[1] - a[1] || a[0].length - b[0].length)
    .map(([root]) => root);
  const [main] = sourceRoots;
  const placed = [...votes.values()].reduce((sum, count) => sum + count, 0);
  if (main === undefined || placed * 2 < python) return null;
  const generated: Record<string, Uint8Array> = {};
  for (const path of unplaced)
    if (!/\.(?:pyc|so|pyd)$/.test(path)) {
      const bytes = wheel[path];
      if (bytes) generated[main === "" ? path : `${main}/${path}`] = bytes;
    }
  return { sourceRoots: sourceRoots.slice(0, 4), generated };
}

/** The tree with the generated files in it. A generated file never replaces one that is there. */
export async function withGenerated(tree: Tree, { generated }: Shape, blobs: Blobs): Promise<Tree> {
  const whole: Tree = { ...tree };
  for (const [path, bytes] of Object.entries(generated))
    if (!whole[path]) whole[path] = { hash: await blobs.put(bytes), executable: false };
  return whole;
}
