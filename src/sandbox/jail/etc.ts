import { chmod, cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeOwnFolder } from "../ownFolder.ts";
import { POOL } from "./identity.ts";

/** The loader's files and Debian's choices of programs: nothing else of the host's /etc is known inside. */
const LOADER = ["ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives"];

/**
 * The /etc of every sandbox of this process: one folder, made once and mounted whole, since each file mounted by
 * itself costs a tenth of a millisecond.
 */
export async function openEtc(): Promise<{ folder: string; [Symbol.asyncDispose](): Promise<void> }> {
  const folder = await makeOwnFolder("etc");
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await chmod(folder, 0o755); // the job's user reads it
    for (const name of LOADER)
      await cp(join("/etc", name), join(folder, name), { recursive: true, verbatimSymlinks: true }).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code !== "ENOENT") throw error; // not every system has all of them
        },
      );
    for (const [name, lines] of Object.entries(FILES)) {
      await writeFile(join(folder, name), `${lines.join("\n")}\n`);
      await chmod(join(folder, name), 0o644); // whatever the umask
    }
    return { folder, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

const pool = Array.from({ length: POOL.size }, (_, step) => POOL.first + step);

const FILES: Record<string, string[]> = {
  passwd: [
    "root:x:0:0:root:/nonexistent:/usr/sbin/nologin",
    "sandbox:x:1000:1000:sandbox:/tmp:/bin/sh",
    ...pool.map((uid) => `sandbox${uid}:x:${uid}:${uid}:sandbox:/tmp:/bin/sh`),
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
  ],
  group: ["root:x:0:", "sandbox:x:1000:", "nogroup:x:65534:"],
  hosts: ["127.0.0.1 localhost sandbox", "::1 localhost"],
  "nsswitch.conf": ["passwd: files", "group: files", "hosts: files", "services: files"],
};
