import { existsSync } from "node:fs";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "taoception-";

/**
 * A folder of this process under the temporary folder, mode 0700; whoever asks for it removes it. The process's
 * number stands in its name, so that what a killed process left can be told from what is in use.
 */
export async function makeOwnFolder(kind: "relay" | "etc"): Promise<string> {
  swept ??= sweep();
  await swept;
  return mkdtemp(join(tmpdir(), `${PREFIX}${kind}-${process.pid}-`));
}

let swept: Promise<void> | undefined;

/** Remove what killed processes of this user left behind: in a folder that all may write to, names prove nothing. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const pid = Number(/^taoception-(?:relay|etc)-(\d+)-/.exec(name)?.[1] ?? 0);
    if (!(pid > 0) || existsSync(`/proc/${pid}`)) continue;
    const owner = await lstat(join(tmpdir(), name)).then(
      ({ uid }) => uid,
      () => -1,
    );
    if (owner !== process.getuid?.()) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {}); // another process was quicker
  }
}
