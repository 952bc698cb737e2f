import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Blobs, type Clock, writeAtomically, writeTree } from "../platform/index.ts";
import { Context, Hash, hashValue, Package, Tree } from "../protocol/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import { exists } from "./layer.ts";
import type { Prepared } from "./project.ts";

/** Raise it when preparing gives something else for the same release. */
const EDITION = 5;
const FAILURE_AGE_MS = 24 * 3600_000;

const Project = z.object({
  package: Package,
  context: Context,
  tree: Tree,
  treeHash: Hash,
  folder: z.string(),
  environment: z.object({ hash: Hash, lock: z.string(), folder: z.string() }),
  metadata: z.string().nullable(),
  releasedAt: z.string(),
  tests: z.array(z.object({ id: z.string(), file: z.string(), ms: z.number() })),
  excluded: z.array(z.object({ id: z.string(), reason: z.string() })),
  generated: z.array(z.string()),
});
const Kept = z.object({
  at: z.number(),
  prepared: z.union([
    z.object({ ok: z.literal(true), project: Project }),
    z.object({
      ok: z.literal(false),
      stage: z.enum(["fetch", "build", "install", "collect", "baseline"]),
      reason: z.string(),
      log: z.string(),
    }),
  ]),
});

/** The file in which an outcome of preparing is kept. */
export function placeOf(
  identity: { identity: Hash; package: Package },
  { sandbox, cache }: { sandbox: Sandbox; cache: string },
): string {
  const key = hashValue({ ...identity, edition: EDITION, python: sandbox.pythonVersion, arch: process.arch });
  return join(cache, "prepared", `${key}.json`);
}

/**
 * What an earlier call came to, if it still holds: the folders are there (a tree is written again), and a failure
 * is not older than a day, since the index may have changed.
 */
export async function recall(
  place: string,
  { blobs, clock }: { blobs: Blobs; clock: Clock },
): Promise<Prepared | null> {
  const text = await readFile(place, "utf8").catch(() => null);
  if (text === null) return null;
  let kept: z.infer<typeof Kept>;
  try {
    kept = Kept.parse(JSON.parse(text));
  } catch {
    return null;
  }
  const { prepared, at } = kept;
  if (!prepared.ok) return clock.now() - at < FAILURE_AGE_MS ? prepared : null;
  const { tree, folder, environment, metadata } = prepared.project;
  if (!(await exists(environment.folder))) return null;
  for (const [path, { hash }] of Object.entries(tree)) {
    if (await blobs.has(hash)) continue; // another home's blobs may lack what its folder has
    const bytes = await readFile(join(folder, path)).catch(() => null);
    if (bytes === null || (await blobs.put(bytes)) !== hash) return null;
  }
  if (metadata !== null && !(await exists(metadata))) return null;
  if (!(await exists(folder))) await writeTree(tree, folder, blobs);
  return prepared;
}

/** Keep an outcome. A failure for which the network may be to blame is not kept. */
export async function remember(
  place: string,
  prepared: Prepared,
  { clock }: { clock: Clock },
): Promise<void> {
  if (!prepared.ok && (prepared.stage === "fetch" || prepared.stage === "install")) return;
  await mkdir(join(place, ".."), { recursive: true });
  await writeAtomically(place, JSON.stringify({ at: clock.now(), prepared } satisfies z.input<typeof Kept>));
}
