import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Blobs, type Clock, TaoceptionError, writeAtomically } from "../platform/index.ts";
import { Hash, hashBytes, type Package, TreePath } from "../protocol/index.ts";
import type { Index } from "./address.ts";
import { download } from "./download.ts";
import { readPage } from "./page.ts";
import { releaseLimits } from "./release.ts";
import { versionOfFile } from "./simple.ts";
import { compareVersions, parseVersion } from "./version.ts";
import { readZip } from "./zip.ts";

/** The files of a wheel, path to bytes. */
export type Wheel = Readonly<Record<string, Uint8Array>>;

const Known = z.object({ hash: Hash });

/** True for the name of a wheel that fits any platform and some Python 3. */
export function pureTag(filename: string): boolean {
  return /-(?:[\w.]*\.)?(?:py3\d*|cp3\d+)(?:\.[\w.]*)?-none-any\.whl$/.test(filename);
}

/** The wheel for any platform that the index offers of a version; null when it has none. Nothing of it is run. */
export async function fetchWheel(
  { name, version }: Package,
  {
    index,
    cache,
    blobs,
    clock,
    offline = false,
    signal,
  }: {
    index: Index;
    cache: string;
    blobs: Blobs;
    clock: Clock;
    offline?: boolean;
    signal?: AbortSignal | undefined;
  },
): Promise<Wheel | null> {
  const place = join(cache, "wheels", `${name}-${version}.json`);
  const known = Known.safeParse(JSON.parse(await readFile(place, "utf8").catch(() => "null")));
  if (known.success && (await blobs.has(known.data.hash)))
    return unpackWheel(await blobs.get(known.data.hash));
  if (offline) return null;
  const wanted = parseVersion(version);
  const page = await readPage(name, { index, cache, clock, signal });
  const file = page?.files.find(({ filename }) => {
    const read = pureTag(filename) ? versionOfFile(filename, name) : null;
    const found = read && parseVersion(read.version);
    return found && wanted && compareVersions(found, wanted) === 0;
  });
  if (!file) return null;
  const { maxSdistBytes, timeoutMs } = releaseLimits;
  const got = await download(file.url, { maxBytes: maxSdistBytes, timeoutMs }, { signal });
  if (got.status !== 200 || (file.sha256 !== null && hashBytes(got.bytes) !== file.sha256))
    throw new TaoceptionError("network", `${file.filename}: status ${got.status}, or not the index's hash`, {
      retryable: true,
    });
  await mkdir(join(cache, "wheels"), { recursive: true });
  await writeAtomically(place, JSON.stringify({ hash: await blobs.put(got.bytes) }));
  return unpackWheel(got.bytes);
}

/** Unpack a wheel. Untrusted: a path that leaves it, or too much in it, is a TaoceptionError `bad-archive`. */
export function unpackWheel(bytes: Uint8Array): Wheel {
  const files: Record<string, Uint8Array> = {};
  let size = 0;
  for (const entry of readZip(bytes)) {
    if (entry.name.endsWith("/")) continue;
    size += entry.size;
    if (size > releaseLimits.maxBytes || Object.keys(files).length >= releaseLimits.maxFiles)
      throw new TaoceptionError("bad-archive", "the wheel is refused: too much in it");
    if (!TreePath.safeParse(entry.name).success)
      throw new TaoceptionError("bad-archive", `the wheel is refused: ${JSON.stringify(entry.name)} in it`);
    files[entry.name] = entry.read();
  }
  return files;
}
