import { applyPatch, decodeText, type Encoding, encodeText, type Patch } from "../../patch/index.ts";
import type { State } from "../state.ts";
import type { Layer, Work } from "../work.ts";

/** It must apply to the base state, to the character, and change something. */
export const apply: Layer = {
  name: "apply",
  async check(work) {
    const applied = await applyTo(work.state, work.patch);
    if ("reason" in applied) return { verdict: "invalid-patch", reason: applied.reason };
    Object.assign(work, applied);
    return null;
  },
};

/** A patch over the base state, or the reason why it cannot be. */
export async function applyTo(
  state: State,
  patch: Patch,
): Promise<Pick<Work, "files" | "changes"> | { reason: string }> {
  const texts = new Map<string, { text: string; encoding: Encoding }>();
  for (const { path } of patch) {
    const bytes = await state.base(path);
    if (bytes) texts.set(path, decodeText(bytes));
  }
  const applied = applyPatch(patch, (path) => texts.get(path)?.text);
  if (!applied.ok) return { reason: applied.reason };
  const changed = Object.entries(applied.files).filter(
    ([path, text]) => text !== (texts.get(path)?.text ?? null),
  );
  if (changed.length === 0) return { reason: "the patch changes nothing" };
  const after = new Set(state.paths);
  const changes: Record<string, Uint8Array | null> = { ...state.baseChanges };
  for (const [path, text] of changed) {
    const bytes = text === null ? null : encodeText(text, texts.get(path)?.encoding ?? "utf-8");
    if (text !== null && bytes === null) return { reason: `${path}: its encoding cannot hold the new text` };
    changes[path] = bytes;
    if (bytes) after.add(path);
    else after.delete(path);
  }
  const paths = changed.map(([path]) => path);
  const clash = clashing(paths, after, state.paths);
  if (clash !== undefined) return { reason: `${clash} is a file and a folder at once` };
  return { files: Object.fromEntries(changed), changes };
}

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
