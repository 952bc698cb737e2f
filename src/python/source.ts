import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Blobs, type Clock, TaoceptionError } from "../platform/index.ts";
import { type Tree, TreePath, treeHash } from "../protocol/index.ts";
import { fetchRelease, normalizeName } from "../pypi/index.ts";
import { readMetadata } from "./metadata.ts";
import type { Opening } from "./opened.ts";
import type { Preparing } from "./preparing.ts";
import type { Source } from "./project.ts";
import { dig, readPyproject, readText } from "./pyproject.ts";
import { moduleName } from "./standard/names.ts";
import { openStandard } from "./standard/open.ts";

/** Fetch a release, or read a folder; a release named `cpython-<module>` is a module of the standard library. */
export async function openSource(source: Source, preparing: Preparing): Promise<Opening> {
  if (source.kind === "folder") return openFolder(source.path, preparing);
  const module = moduleName(source.name);
  const standard = module === null ? null : await openStandard(module, source.version, preparing);
  return standard ?? openRelease(source, preparing);
}

async function openRelease(
  { name, version }: Source & { kind: "release" },
  { index, cache, blobs, sandbox, offline, clock, signal }: Preparing,
): Promise<Opening> {
  const wanted = version === undefined ? { name } : { name, version };
  const got = await fetchRelease(wanted, {
    index,
    cache: join(cache, "pypi"),
    blobs,
    pythonVersion: sandbox.pythonVersion,
    pureOnly: true,
    clock,
    ...(offline ? { offline } : {}),
    ...(signal ? { signal } : {}),
  });
  if (!got.ok) {
    const unknown = { name: normalizeName(name) || "?", version: got.version ?? version ?? "?" };
    return { ok: false, package: unknown, stage: got.version ? "build" : "fetch", reason: got.reason };
  }
  const { release } = got;
  const uploaded = release.uploadedAt;
  return {
    ok: true,
    package: release.package,
    tree: release.tree,
    identity: release.sdist,
    releasedAt: uploaded ?? new Date(clock.now()).toISOString(),
    before: uploaded === null ? null : new Date(Date.parse(uploaded) + 3600_000).toISOString(),
    pureWheel: release.pureWheel,
  };
}

const MOST_BYTES = 50 * 1024 * 1024;
const MOST_FILES = 10_000;
const skipped = new Set([
  ...[".git", ".hg", ".svn", "__pycache__", "node_modules", ".tox", ".nox", ".venv", ".eggs", ".idea"],
  ...[".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".cache", "dist", ".coverage"],
]);

async function openFolder(path: string, { blobs, clock }: { blobs: Blobs; clock: Clock }): Promise<Opening> {
  const unknown = { name: normalizeName(basename(path)) || "folder", version: "0" };
  const tree: Tree = {};
  let bytes = 0;
  const visit = async (folder: string, prefix: string): Promise<string | null> => {
    const entries = await readdir(folder, { withFileTypes: true });
    if (prefix !== "" && entries.some(({ name }) => name === "pyvenv.cfg")) return null;
    for (const entry of entries) {
      const full = join(folder, entry.name);
      const at = `${prefix}${entry.name}`;
      if (skipped.has(entry.name)) continue;
      if (entry.isDirectory()) {
        const refused = await visit(full, `${at}/`);
        if (refused !== null) return refused;
      } else if (entry.isFile()) {
        const { size, mode } = await stat(full);
        bytes += size;
        if (bytes > MOST_BYTES) return `it is over ${MOST_BYTES / 1024 / 1024} MB`;
        if (Object.keys(tree).length >= MOST_FILES) return `it has over ${MOST_FILES} files`;
        if (!TreePath.safeParse(at).success) return `${JSON.stringify(at)} is no plain path`;
        tree[at] = { hash: await blobs.put(await readFile(full)), executable: (mode & 0o111) !== 0 };
      }
    }
    return null;
  };
  let refused: string | null;
  try {
    refused = await visit(path, "");
  } catch (cause) {
    throw new TaoceptionError("bad-folder", `${path} cannot be read`, { cause });
  }
  if (refused !== null) return { ok: false, package: unknown, stage: "fetch", reason: refused };
  const known = await nameOfTree(tree, blobs);
  return {
    ok: true,
    package: { name: normalizeName(known.name || unknown.name), version: known.version || "0" },
    tree,
    identity: treeHash(tree),
    releasedAt: new Date(clock.now()).toISOString(),
    before: null,
    pureWheel: null,
  };
}

async function nameOfTree(tree: Tree, blobs: Blobs): Promise<{ name: string; version: string }> {
  const { project, tool } = await readPyproject(tree, blobs);
  const told = readMetadata((await readText("PKG-INFO", tree, blobs)) ?? "");
  const cfg = (await readText("setup.cfg", tree, blobs)) ?? "";
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    name:
      text(project.name) ??
      text(dig(tool, "poetry", "name")) ??
      (told.name || (/^name\s*=\s*(\S+)/m.exec(cfg)?.[1] ?? "")),
    version:
      text(project.version) ??
      text(dig(tool, "poetry", "version")) ??
      (told.version || (/^version\s*=\s*(\d\S*)/m.exec(cfg)?.[1] ?? "")),
  };
}
