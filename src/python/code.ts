import { join } from "node:path";
import { TaoceptionError } from "../platform/index.ts";
import type { Tree } from "../protocol/index.ts";
import { fetchWheel, type Wheel } from "../pypi/index.ts";
import { buildWheel } from "./buildWheel.ts";
import { type Metadata, metadataOf, writeMetadata } from "./metadata.ts";
import type { Opened } from "./opened.ts";
import type { Preparing } from "./preparing.ts";
import { type Pyproject, readPyproject } from "./pyproject.ts";
import { type Shape, shapeOf, withGenerated } from "./shape.ts";
import { staticWheel } from "./staticWheel.ts";
import { treeFolder } from "./treeFolder.ts";

/** A project's code as it will be tested: by path, without being installed. */
export interface Code {
  /** The released tree, with what building adds to it. */
  tree: Tree;
  folder: string;
  sourceRoots: string[];
  generated: string[];
  metadata: Metadata;
  metadataFolder: string | null;
  pyproject: Pyproject;
}

/**
 * Find where the code of a tree lies, what building adds to it, and what it says about itself: from the wheel of
 * the index where there is one, else from a pyproject that says all, else by building the wheel in the sandbox.
 */
export async function codeOf(
  opened: Opened,
  preparing: Preparing,
): Promise<({ ok: true } & Code) | { ok: false; reason: string; log: string }> {
  const { blobs } = preparing;
  const no = (reason: string, log = "") => ({ ok: false as const, reason, log });
  if (opened.pureWheel === false)
    return no("its wheels are for particular platforms: it has compiled extensions");
  const pyproject = await readPyproject(opened.tree, blobs);
  const fixed =
    opened.built ?? (opened.pureWheel === null ? staticWheel(opened.package, pyproject, opened.tree) : null);
  let wheel: Wheel | null = fixed?.wheel ?? null;
  let shape: Shape | null = fixed?.shape ?? null;
  let log = "";
  try {
    if (opened.pureWheel === true) wheel = await fetchWheel(opened.package, wheelPlaces(preparing));
  } catch (error) {
    if (!(error instanceof TaoceptionError) || error.code !== "bad-archive") throw error;
    return no(error.message);
  }
  if (wheel === null) {
    const folder = await treeFolder(opened.tree, preparing);
    const { tree, package: pkg } = opened;
    const built = await buildWheel({ folder, tree, pyproject, version: pkg.version }, preparing);
    if (!built.ok) return built;
    ({ wheel, log } = built);
  }
  const metadata = metadataOf(wheel);
  shape ??= shapeOf(wheel, opened.tree);
  if (!metadata) return no("its wheel has no metadata", log);
  if (!shape) return no("the sources of its wheel are not in the source distribution", log);
  const tree = await withGenerated(opened.tree, shape, blobs);
  return {
    ok: true,
    tree,
    folder: await treeFolder(tree, preparing),
    sourceRoots: shape.sourceRoots,
    generated: Object.keys(tree)
      .filter((path) => !opened.tree[path])
      .sort(),
    metadata,
    metadataFolder: await writeMetadata(wheel, preparing),
    pyproject,
  };
}

function wheelPlaces({ index, cache, blobs, clock, offline, signal }: Preparing) {
  return {
    index,
    cache: join(cache, "pypi"),
    blobs,
    clock,
    ...(offline ? { offline } : {}),
    ...(signal ? { signal } : {}),
  };
}
