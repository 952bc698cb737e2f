import { applyPatch, decodeText, encodeText, parsePatch, reversePatch } from "../patch/index.ts";
import { type Blobs, TaoceptionError } from "../platform/index.ts";
import { hashBytes, type Task } from "../protocol/index.ts";
import { openState } from "./state.ts";

/**
 * Make the base state's files of a task that came without them, as the release with gold taken back, and keep them
 * where the task's hashes look. What does not come out as those hashes say is a TaoceptionError `other-release`.
 */
export async function restoreBase(
  task: Task,
  { blobs }: { blobs: Pick<Blobs, "get" | "put"> },
): Promise<void> {
  const { release } = await openState({ ...task, baseChanges: {} }, { blobs });
  const parsed = parsePatch(task.gold);
  if (!parsed.ok) throw other(task, parsed.reason);
  const texts = new Map<string, ReturnType<typeof decodeText>>();
  for (const { path } of parsed.patch) {
    const bytes = await release(path);
    if (bytes) texts.set(path, decodeText(bytes));
  }
  const applied = applyPatch(reversePatch(parsed.patch), (path) => texts.get(path)?.text);
  if (!applied.ok) throw other(task, applied.reason);
  for (const [path, hash] of Object.entries(task.baseChanges)) {
    const text = applied.files[path];
    const bytes = typeof text === "string" ? encodeText(text, texts.get(path)?.encoding ?? "utf-8") : null;
    if (bytes === null || hashBytes(bytes) !== hash) throw other(task, `${path} comes out otherwise`);
    await blobs.put(bytes);
  }
}

const other = ({ id, package: { name, version } }: Task, why: string) =>
  new TaoceptionError("other-release", `${id} was made from another ${name} ${version}: ${why}`);
