import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../platform/index.ts";
import { Hash, hashValue } from "../protocol/index.ts";
import { compareVersions, parseVersion } from "./version.ts";

/** A release that was fetched once: enough to serve it again without the index. */
export const Remembered = z.object({
  candidate: z.object({
    version: z.string(),
    filename: z.string(),
    url: z.string(),
    sha256: z.string().nullable(),
    uploadedAt: z.string().nullable(),
    requiresPython: z.string(),
    size: z.number().nullable(),
    pureWheel: z.boolean().nullable(),
  }),
  hosts: z.array(z.string()),
  sdist: Hash,
});
export type Remembered = z.infer<typeof Remembered>;

/** Note a fetched release of `name` (normalised) in the cache folder. */
export async function rememberRelease(cache: string, name: string, release: Remembered): Promise<void> {
  const folder = join(cache, "releases", name);
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify(release);
  await writeAtomically(join(folder, `${hashValue([release.candidate.filename]).slice(0, 16)}.json`), text);
}

/** The fetched releases of `name`, newest version first. A note that cannot be read is as good as none. */
export async function rememberedReleases(cache: string, name: string): Promise<Remembered[]> {
  const folder = join(cache, "releases", name);
  const found: Remembered[] = [];
  for (const file of await readdir(folder).catch(() => [])) {
    if (!file.endsWith(".json")) continue;
    try {
      found.push(Remembered.parse(JSON.parse(await readFile(join(folder, file), "utf8"))));
    } catch {
      // half-written by an older version, or damaged: it will be fetched again
    }
  }
  const order = (release: Remembered) => parseVersion(release.candidate.version);
  return found.sort((a, b) => {
    const [x, y] = [order(a), order(b)];
    return x && y ? compareVersions(y, x) : x ? -1 : 1;
  });
}
