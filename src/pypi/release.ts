import type { Blobs } from "../platform/index.ts";
import { type Clock, explain, systemClock, TaoceptionError } from "../platform/index.ts";
import { type Hash, hashBytes, type Package, type Tree } from "../protocol/index.ts";
import type { Index } from "./address.ts";
import { type Candidate, candidates } from "./candidates.ts";
import { download } from "./download.ts";
import { rememberedReleases, rememberRelease } from "./memory.ts";
import { readPage } from "./page.ts";
import { normalizeName } from "./simple.ts";
import { unpackSdist } from "./unpack.ts";
import { compareVersions, parseVersion, satisfies } from "./version.ts";

/** A release's source distribution, checked and unpacked. */
export interface Release {
  package: Package;
  /** sha256 of the source distribution, which lies in the blobs under it. */
  sdist: Hash;
  filename: string;
  /** ISO time; null where the index does not tell. */
  uploadedAt: string | null;
  requiresPython: string;
  tree: Tree;
  /** Links and special files that the archive held and the tree does not. */
  skipped: string[];
  /** True where the index also offers a wheel of this version that fits any platform; null when it offers no wheel. */
  pureWheel: boolean | null;
  /** Hosts (host:port) that serve the index and its files, for the build's relay. */
  hosts: string[];
}

/** Fetching came to a release, or to a reason why there is none. `retryable` when another day may change it. */
export type Fetched =
  | { ok: true; release: Release; fromCache: boolean }
  | { ok: false; reason: string; retryable: boolean; version?: string };

export const releaseLimits = {
  /** Packed. Source distributions with tests of pure packages are rarely over 5 MB. */
  maxSdistBytes: 40 * 1024 * 1024,
  maxBytes: 200 * 1024 * 1024,
  maxFiles: 20_000,
  timeoutMs: 120_000,
};

/**
 * The newest release by version that has a source distribution and runs on `pythonVersion`: not yanked, no
 * pre-release (or exactly `version`, then both are allowed). Bytes are checked against the index's hash.
 * Without network, or `offline`, what an earlier call fetched serves.
 */
export async function fetchRelease(
  wanted: { name: string; version?: string },
  {
    index,
    cache,
    blobs,
    pythonVersion,
    offline = false,
    pureOnly = false,
    clock = systemClock,
    signal,
  }: {
    index: Index;
    /** Folder of what earlier calls learnt. */
    cache: string;
    blobs: Blobs;
    pythonVersion: string;
    offline?: boolean;
    /** Do not even download a release whose wheels are all for particular platforms. */
    pureOnly?: boolean;
    clock?: Clock;
    signal?: AbortSignal | undefined;
  },
): Promise<Fetched> {
  const name = normalizeName(wanted.name);
  if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name) || name.length > 200)
    return no(`${JSON.stringify(wanted.name)} is no project name`);
  const version = wanted.version === undefined ? null : parseVersion(wanted.version);
  if (wanted.version !== undefined && !version) return no(`${JSON.stringify(wanted.version)} is no version`);

  const fits = (candidate: { version: string; requiresPython: string }) =>
    satisfies(pythonVersion, candidate.requiresPython) &&
    (version === null || compareVersions(version, parseVersion(candidate.version) ?? version) === 0);
  const remembered = async (why: string): Promise<Fetched> => {
    const [newest] = (await rememberedReleases(cache, name)).filter(
      (release) => fits(release.candidate) && parseVersion(release.candidate.version),
    );
    if (!newest || !(await blobs.has(newest.sdist)))
      return { ok: false, reason: `${why}, and no fitting release of ${name} is cached`, retryable: true };
    return unpack(newest.candidate, newest.hosts, await blobs.get(newest.sdist), true);
  };
  const unpack = async (
    candidate: Candidate,
    hosts: string[],
    bytes: Uint8Array,
    fromCache: boolean,
  ): Promise<Fetched> => {
    try {
      const { tree, skipped } = await unpackSdist(bytes, candidate.filename, blobs, releaseLimits);
      const sdist = await blobs.put(bytes);
      await rememberRelease(cache, name, { candidate, hosts, sdist });
      const { filename, uploadedAt, requiresPython, pureWheel } = candidate;
      const found = { name, version: candidate.version };
      const release = {
        package: found,
        sdist,
        filename,
        uploadedAt,
        requiresPython,
        tree,
        skipped,
        pureWheel,
      };
      return { ok: true, fromCache, release: { ...release, hosts } };
    } catch (error) {
      if (error instanceof TaoceptionError && error.code === "bad-archive") return no(error.message);
      throw error;
    }
  };

  if (offline) return remembered("offline");
  try {
    const page = await readPage(name, { index, cache, clock, signal });
    if (!page) return no(`the index has no project ${name}`);
    const all = candidates(page.files, name, version !== null);
    const chosen = all.find(fits);
    if (!chosen) return no(whyNone(all, name, wanted.version, pythonVersion));
    if (pureOnly && chosen.pureWheel === false)
      return {
        ok: false,
        reason: "its wheels are for particular platforms: it has compiled extensions",
        retryable: false,
        version: chosen.version,
      };
    const known = (await rememberedReleases(cache, name)).find(
      ({ candidate, sdist }) => candidate.filename === chosen.filename && sdist === chosen.sha256,
    );
    if (known && (await blobs.has(known.sdist)))
      return await unpack(chosen, page.hosts, await blobs.get(known.sdist), true);
    const { maxSdistBytes, timeoutMs } = releaseLimits;
    if ((chosen.size ?? 0) > maxSdistBytes) return no(`${chosen.filename} is over ${maxSdistBytes} bytes`);
    const got = await download(chosen.url, { maxBytes: maxSdistBytes, timeoutMs }, { signal });
    if (got.status !== 200)
      return { ok: false, reason: `${chosen.filename}: status ${got.status}`, retryable: got.status >= 500 };
    if (chosen.sha256 !== null && hashBytes(got.bytes) !== chosen.sha256)
      return no(`${chosen.filename} does not match the index's hash`);
    return await unpack(chosen, page.hosts, got.bytes, false);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof TaoceptionError)) throw error;
    if (error.code === "network") return remembered(explain(error));
    if (["too-large", "bad-redirect", "bad-index"].includes(error.code)) return no(error.message);
    throw error;
  }
}

function whyNone(all: readonly Candidate[], name: string, version: string | undefined, python: string) {
  if (all.length === 0) return `${name} has no source distribution that is a final, unyanked release`;
  return version === undefined
    ? `no source distribution of ${name} runs on Python ${python}`
    : `${name} ${version} has no source distribution that runs on Python ${python}`;
}

function no(reason: string): Fetched {
  return { ok: false, reason, retryable: false };
}
