import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeTree } from "../platform/index.ts";
import { type Tree, treeHash } from "../protocol/index.ts";
import { exists } from "./layer.ts";
import type { Preparing } from "./preparing.ts";

/** The folder of a tree under `<cache>/trees`, written when it is not there. */
export async function treeFolder(
  tree: Tree,
  { blobs, cache }: Pick<Preparing, "blobs" | "cache">,
): Promise<string> {
  const folder = join(cache, "trees", treeHash(tree));
  await mkdir(join(cache, "trees"), { recursive: true });
  await chmod(join(cache, "trees"), 0o755); // the sandbox's users look into it, whatever the umask is
  if (!(await exists(folder))) await writeTree(tree, folder, blobs);
  return folder;
}
