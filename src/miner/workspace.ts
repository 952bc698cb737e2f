import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { openBlobs, TaoceptionError, unpackTree, writeTree } from "../platform/index.ts";
import { type Hash, treeHash } from "../protocol/index.ts";

/** The most a challenge's tree may unpack to. */
const TREE_LIMITS = { maxBytes: 200 * 1024 * 1024, maxFiles: 20_000 };

/**
 * Lay a tree out in a new folder under `parent`, removed on dispose. What was sent must hash to what the
 * challenge named, else TaoceptionError `wrong-tree`.
 */
export async function openWorkspace(
  hash: Hash,
  archive: Uint8Array,
  parent: string,
): Promise<{ folder: string; [Symbol.asyncDispose](): Promise<void> }> {
  await mkdir(parent, { recursive: true });
  const place = await mkdtemp(join(parent, "job-"));
  const remove = () => rm(place, { recursive: true, force: true });
  try {
    await chmod(place, 0o755); // the sandbox's user reads it
    const blobs = openBlobs(join(place, "blobs"));
    const tree = await unpackTree(archive, blobs, TREE_LIMITS);
    if (treeHash(tree) !== hash)
      throw new TaoceptionError("wrong-tree", `the tree that was sent is not ${hash}`);
    const folder = join(place, "tree");
    await writeTree(tree, folder, blobs);
    await rm(join(place, "blobs"), { recursive: true, force: true });
    return { folder, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
