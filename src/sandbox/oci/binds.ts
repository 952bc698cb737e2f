import { chmod, copyFile, mkdtemp, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MountSettings } from "dockerode";
import type { Mount } from "../contract.ts";

/** A mounted file up to this size is copied: however closed it is, and whoever writes to it meanwhile. */
const COPIED_BYTES = 4 * 1024 * 1024;

export const FOLDER_NAME = "taoception-oci-";

/** What the engine binds for a job: single files as copies of ours, folders and large open files as they are. */
export async function bindsOf(
  mounts: readonly Mount[],
  uid: number,
): Promise<{ binds: MountSettings[]; release(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `${FOLDER_NAME}${process.pid}-`));
  const release = () => rm(folder, { recursive: true, force: true });
  try {
    await chmod(folder, 0o755);
    const binds: MountSettings[] = [];
    const bind = (from: string, at: string, writable = false) =>
      binds.push({ Type: "bind", Source: from, Target: at, ReadOnly: !writable });
    for (const { from, at, writable } of mounts) {
      const stats = await stat(from);
      const { mode, size } = stats;
      const copied = stats.isFile() && !writable && (size <= COPIED_BYTES || (mode & 0o4) === 0);
      if (!copied) bind(await realpath(from), at, writable);
      else {
        const copy = join(folder, String(binds.length));
        await copyFile(from, copy);
        await chmod(copy, (mode & 0o111) === 0 ? 0o644 : 0o755);
        bind(copy, at);
      }
    }
    if (!mounts.some(({ at }) => at === "/etc/passwd")) {
      const copy = join(folder, "passwd");
      await writeFile(copy, passwd(uid), { mode: 0o644 });
      bind(copy, "/etc/passwd");
    }
    return { binds, release };
  } catch (error) {
    await release();
    throw error;
  }
}

function passwd(uid: number): string {
  return [
    "root:x:0:0:root:/nonexistent:/usr/sbin/nologin",
    `sandbox:x:${uid}:${uid}:sandbox:/tmp:/bin/sh`,
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
    "",
  ].join("\n");
}
