import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Change, decodeText, parsePatch, renderPatch, violations } from "../patch/index.ts";
import { type Context, TreePath } from "../protocol/index.ts";

/** Files that agents leave behind while they look for a defect. */
const scratch = /(?:^|\/)(?:repro\w*|reproduce\w*|debug\w*|scratch\w*)\.py$|\.(?:orig|rej|bak|swp|log|tmp)$/i;

/**
 * What was changed in the tree (path to the new bytes in base64, or null for deleted) as a patch, "" for nothing. Tests, configuration and scratch files are left out:
 * a patch that holds any of them would be refused whole.
 */
export async function patchOf(
  changes: Readonly<Record<string, string | null>>,
  treeFolder: string,
  { testPaths }: Pick<Context, "testPaths">,
): Promise<string> {
  const files: string[] = [];
  for (const [path, content] of Object.entries(changes)) {
    if (!TreePath.safeParse(path).success) continue;
    const before = await readFile(join(treeFolder, path)).catch(() => null);
    if (before === null && scratch.test(path)) continue;
    const change = changeOf(path, before, content === null ? null : Buffer.from(content, "base64"));
    if (change === null) continue;
    const text = renderPatch([change]);
    const parsed = parsePatch(text);
    if (parsed.ok && violations(parsed.patch, { testPaths }).length === 0) files.push(text);
  }
  return files.join("");
}

/** Null for what is no text, or was and is in different encodings: neither has a form as a diff. */
function changeOf(path: string, before: Buffer | null, after: Buffer | null): Change | null {
  if (before?.includes(0) || after?.includes(0)) return null;
  const [old, now] = [before, after].map((bytes) => (bytes === null ? null : decodeText(bytes)));
  if (old && now && old.encoding !== now.encoding) return null;
  // a new file that is no UTF-8 cannot be told from one that is: it would be written wrongly
  if (!old && now?.encoding === "latin-1") return null;
  return { path, before: old?.text ?? null, after: now?.text ?? null };
}
