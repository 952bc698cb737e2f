import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Package } from "../protocol/index.ts";
import type { Agent } from "./agent.ts";
import { patchOf } from "./patchOf.ts";

/** A published release's files by path, each its bytes, or null where it has no such file. Throws where it cannot be had. */
export type ReleaseOf = (
  of: Package,
  options: { signal: AbortSignal },
) => Promise<(path: string) => Promise<Uint8Array | null>>;

/**
 * Mends nothing: downloads the release that the challenge names and answers with what is different in it. It is here to
 * show what answers on public code prove, and what they earn where that is let pass.
 */
export const lookup = (releaseOf: ReleaseOf): Agent => ({
  name: "lookup",
  async solve({ context }, { treeFolder }, _budget, { signal }) {
    const released = await releaseOf(context.package, { signal });
    const changes: Record<string, string> = {};
    for (const entry of await readdir(treeFolder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const full = join(entry.parentPath, entry.name);
      const path = relative(treeFolder, full);
      const after = await released(path);
      if (after === null || (await readFile(full)).equals(after)) continue;
      changes[path] = Buffer.from(after).toString("base64");
    }
    const { name, version } = context.package;
    const trajectory = [{ kind: "looked-up", package: name, version, files: Object.keys(changes) }];
    const patch = await patchOf(changes, treeFolder, context);
    if (patch === "")
      return { status: "abstained", reason: `${name} ${version} is as it was released`, trajectory };
    return { status: "patch", patch, trajectory };
  },
});
