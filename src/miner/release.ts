import { join } from "node:path";
import type { ReleaseOf } from "../agents/index.ts";
import { type Blobs, type Clock, openBlobs, TaoceptionError } from "../platform/index.ts";
import { fetchRelease, type Index } from "../pypi/index.ts";

/** A release's files from the package index, as everybody gets them. */
export function openReleases({
  index,
  cache,
  pythonVersion,
  clock,
}: {
  index: () => Promise<Index>;
  cache: string;
  pythonVersion: string;
  clock: Clock;
}): ReleaseOf {
  const blobs: Blobs = openBlobs(join(cache, "blobs"));
  return async ({ name, version }, { signal }) => {
    const got = await fetchRelease(
      { name, version },
      { index: await index(), cache: join(cache, "pypi"), blobs, pythonVersion, clock, signal },
    );
    if (!got.ok) throw new TaoceptionError("no-release", `${name} ${version}: ${got.reason}`);
    const { tree } = got.release;
    return async (path) => {
      const file = tree[path];
      return file ? blobs.get(file.hash) : null;
    };
  };
}
