import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Blobs, writeTree } from "../platform/index.ts";
import { type Tree, treeHash } from "../protocol/index.ts";
import { normalizeName, type Wheel } from "../pypi/index.ts";
import { exists } from "./layer.ts";

/** What a distribution says about itself. */
export interface Metadata {
  name: string;
  version: string;
  /** `Requires-Dist` lines, markers and all. */
  requires: string[];
  extras: string[];
}

/** Read the header of a METADATA or PKG-INFO file. */
export function readMetadata(text: string): Metadata {
  const head = text.replaceAll("\r\n", "\n").split("\n\n", 1)[0] ?? "";
  const found: Metadata = { name: "", version: "", requires: [], extras: [] };
  for (const line of head.replace(/\n[ \t]+/g, " ").split("\n")) {
    const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    const value = field?.[2]?.trim() ?? "";
    const key = field?.[1]?.toLowerCase();
    if (key === "name") found.name ||= value;
    else if (key === "version") found.version ||= value;
    else if (key === "requires-dist") found.requires.push(value);
    else if (key === "provides-extra") found.extras.push(value);
  }
  return found;
}

/** The name of a wheel's `.dist-info` folder; null when it has none. */
function distInfoOf(wheel: Wheel): string | null {
  const paths = Object.keys(wheel).filter((path) => /^[^/]+\.dist-info\/METADATA$/.test(path));
  return paths[0]?.split("/")[0] ?? null;
}

/** The wheel's word about its project. */
export function metadataOf(wheel: Wheel): Metadata | null {
  const folder = distInfoOf(wheel);
  const bytes = folder === null ? undefined : wheel[`${folder}/METADATA`];
  return bytes ? readMetadata(Buffer.from(bytes).toString("utf8")) : null;
}

/**
 * Lay a project's dist-info down in a folder by its hash, so that `importlib.metadata` finds its version and its
 * entry points although the project was never installed.
 */
export async function writeMetadata(
  wheel: Wheel,
  { blobs, cache }: { blobs: Blobs; cache: string },
): Promise<string | null> {
  const distInfo = distInfoOf(wheel);
  if (distInfo === null) return null;
  const tree: Tree = {};
  const wanted = /\/(?:METADATA|WHEEL|RECORD|INSTALLER|entry_points\.txt|top_level\.txt)$/;
  for (const [path, bytes] of Object.entries(wheel))
    if (path.startsWith(`${distInfo}/`) && wanted.test(path) && path.split("/").length === 2)
      tree[path] = { hash: await blobs.put(bytes), executable: false };
  const folder = join(cache, "metadata", treeHash(tree));
  await mkdir(join(cache, "metadata"), { recursive: true });
  if (!(await exists(folder))) await writeTree(tree, folder, blobs);
  return folder;
}

/** A wheel that holds nothing but a dist-info, for a project whose pyproject tells everything. */
export function metadataWheel({ name, version, requires, extras }: Metadata, entryPoints: string): Wheel {
  const lines = [
    "Metadata-Version: 2.1",
    `Name: ${name}`,
    `Version: ${version}`,
    ...requires.map((line) => `Requires-Dist: ${line}`),
    ...extras.map((extra) => `Provides-Extra: ${extra}`),
  ];
  const folder = `${normalizeName(name).replaceAll("-", "_")}-${version}.dist-info`;
  return {
    [`${folder}/METADATA`]: Buffer.from(`${lines.join("\n")}\n`),
    [`${folder}/entry_points.txt`]: Buffer.from(entryPoints),
  };
}
