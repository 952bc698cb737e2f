import { posix } from "node:path";
import type { Blobs } from "../platform/index.ts";
import type { Tree } from "../protocol/index.ts";
import { readText } from "./pyproject.ts";

/** The requirements of a pip file, those it includes by `-r` with them; options, hashes and comments left out. */
export async function readRequirementFile(
  path: string,
  tree: Tree,
  blobs: Blobs,
  seen = new Set<string>(),
): Promise<string[]> {
  if (seen.has(path) || seen.size > 20) return [];
  seen.add(path);
  const text = ((await readText(path, tree, blobs)) ?? "").replace(/\\\r?\n/g, " ");
  const lines: string[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    const included = /^(?:-r|--requirement)[\s=]*(\S+)/.exec(line)?.[1];
    if (included !== undefined) {
      const place = posix.join(posix.dirname(path), included);
      lines.push(...(await readRequirementFile(place, tree, blobs, seen)));
    } else if (/^[A-Za-z0-9]/.test(line)) lines.push(line.replace(/\s+--?[a-z].*$/, ""));
  }
  return lines;
}
