import { applyPatch, decodeText, type Encoding, encodeText } from "../../patch/index.ts";
import type { Layer } from "../work.ts";

/** It must apply to the base state, to the character, and change something. */
export const apply: Layer = {
  name: "apply",
  async check(work) {
    const { patch, state } = work;
    const texts = new Map<string, { text: string; encoding: Encoding }>();
    for (const { path } of patch) {
      const bytes = await state.base(path);
      if (bytes) texts.set(path, decodeText(bytes));
    }
    const applied = applyPatch(patch, (path) => texts.get(path)?.text);
    if (!applied.ok) return { verdict: "invalid-patch", reason: applied.reason };
    const changed = Object.entries(applied.files).filter(
      ([path, text]) => text !== (texts.get(path)?.text ?? null),
    );
    if (changed.length === 0) return { verdict: "invalid-patch", reason: "the patch changes nothing" };
    const after = new Set(state.paths);
    const changes: Record<string, Uint8Array | null> = { ...state.baseChanges };
    for (const [path, text] of changed) {
      const bytes = text === null ? null : encodeText(text, texts.get(path)?.encoding ?? "utf-8");
      if (text !== null && bytes === null)
        return { verdict: "invalid-patch", reason: `${path}: its encoding cannot hold the new text` };
      changes[path] = bytes;
      if (bytes) after.add(path);
      else after.delete(path);
    }
    const clash = clashing(
      changed.map(([path]) => path),
      after,
      state.paths,
    );
    if (clash !== undefined)
      return { verdict: "invalid-patch", reason: `${clash} is a file and a folder at once` };
    work.files = Object.fromEntries(changed);
    work.changes = changes;
    return null;
  },
};

/** A path that would have to be both; a file that becomes a folder in one patch counts too. */
function clashing(
  changed: readonly string[],
  after: ReadonlySet<string>,
  base: ReadonlySet<string>,
): string | undefined {
  const folders = new Set([...after, ...base].flatMap(foldersOf));
  return (
    changed.find((path) => after.has(path) && folders.has(path)) ??
    changed.flatMap(foldersOf).find((folder) => after.has(folder) || base.has(folder))
  );
}

function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}
