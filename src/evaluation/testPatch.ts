import { decodeText, renderPatch } from "../patch/index.ts";
import type { Blobs } from "../platform/index.ts";
import { type Hash, type Task, Tree } from "../protocol/index.ts";

/**
 * The hidden half of a task's tests as a unified diff: from the tree that miners got to the released one, without what
 * gold changes.
 */
export async function testPatchOf(
  task: Pick<Task, "challengeTree" | "releaseTree" | "baseChanges">,
  { blobs }: { blobs: Pick<Blobs, "get"> },
): Promise<string> {
  const treeOf = async (hash: Hash) => Tree.parse(JSON.parse(decodeText(await blobs.get(hash)).text));
  const [sent, released] = [await treeOf(task.challengeTree), await treeOf(task.releaseTree)];
  const text = async (hash: Hash | undefined) =>
    hash === undefined ? null : decodeText(await blobs.get(hash)).text;
  const changes = [];
  for (const [path, { hash }] of Object.entries(released)) {
    if (Object.hasOwn(task.baseChanges, path) || sent[path]?.hash === hash || !path.endsWith(".py")) continue;
    changes.push({ path, before: await text(sent[path]?.hash), after: await text(hash) });
  }
  return renderPatch(changes);
}
