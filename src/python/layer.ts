import { mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { runChild, TaoceptionError } from "../platform/index.ts";
import { type Hash, hashBytes } from "../protocol/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import type { Preparing } from "./preparing.ts";
import { inTurn } from "./turn.ts";
import { runUv, storeOf } from "./uv.ts";

/** A folder with the locked distributions, read-only and shared by all that have the same lock. */
export interface Layer {
  hash: Hash;
  folder: string;
}

/**
 * The layer of a lock (`name==version` lines), built, or found in the cache. It appears whole or not at all, and
 * is built once however many ask for it. TaoceptionError `layer-failed` when the index has not all of the lock.
 */
export async function openLayer(lock: string, preparing: Omit<Preparing, "blobs">): Promise<Layer> {
  const { sandbox, cache, logger } = preparing;
  const sorted = normalLock(lock);
  const hash = hashBytes(sorted);
  const folder = join(cache, "layers", `${hash}-${platformOf(sandbox)}`);
  if (await exists(folder)) return { hash, folder };
  await mkdir(join(cache, "layers"), { recursive: true });
  return inTurn(
    `layer ${folder}`,
    async () => {
      if (await exists(folder)) return { hash, folder };
      logger.info({ layer: hash, distributions: sorted.split("\n").length - 1 }, "building a layer");
      await build(sorted, folder, preparing);
      return { hash, folder };
    },
    preparing,
  );
}

/** Sorted, one `name==version` a line, each line ended. Anything else is the caller's mistake. */
function normalLock(lock: string): string {
  const lines = lock.split("\n").flatMap((line) => line.trim() || []);
  const bad = lines.find((line) => !/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?==[a-z0-9.!+_-]+$/i.test(line));
  if (bad !== undefined)
    throw new TaoceptionError("bad-lock", `${JSON.stringify(bad.slice(0, 100))} is no name==version`);
  return [...new Set(lines)]
    .sort()
    .map((line) => `${line}\n`)
    .join("");
}

/** Wheels differ by Python and machine, so their layers do. */
function platformOf({ pythonVersion }: Pick<Sandbox, "pythonVersion">): string {
  return `cp${pythonVersion.split(".").slice(0, 2).join("")}-${process.arch}`;
}

async function build(lock: string, folder: string, preparing: Omit<Preparing, "blobs">): Promise<void> {
  const name = basename(folder); // ours alone, as this is done in turn; what a killed process left is removed
  const fresh = join(storeOf(preparing.cache), "new", name);
  await rm(fresh, { recursive: true, force: true });
  try {
    if (lock === "") await mkdir(fresh, { recursive: true });
    else {
      const install = ["pip", "install", "--target", `/store/new/${name}`, "--no-deps", "-r", "-"];
      const done = await runUv(preparing, [...install, "--only-binary", ":all:"], lock);
      const why = done.timedOut ? "it took too long" : done.stderr.trim().slice(-2000);
      if (done.exitCode !== 0)
        throw new TaoceptionError("layer-failed", `the layer was not built: ${why}`, { retryable: true });
    }
    const opened = await runChild(["/bin/chmod", "-R", "a+rX", fresh], { timeoutMs: 60_000 });
    if (opened.exitCode !== 0) throw new TaoceptionError("layer-failed", opened.stderr.trim());
    await rename(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
