import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { UsageError } from "./usage.ts";

/** The one folder that all state lives in: `--home`, else TAOCEPTION_HOME, else the user's data folder. */
export function homeFolder(flag: string | undefined, environment: NodeJS.ProcessEnv): string {
  const named = flag ?? environment.TAOCEPTION_HOME;
  if (named) return resolve(named);
  const data = environment.XDG_DATA_HOME;
  return join(data && isAbsolute(data) ? data : join(homedir(), ".local", "share"), "taoception");
}

/**
 * What can be fetched or built again, shared by all homes of a user: `--cache`, else TAOCEPTION_CACHE, else the
 * user's cache folder.
 */
export function cacheFolder(flag: string | undefined, environment: NodeJS.ProcessEnv): string {
  const named = flag ?? environment.TAOCEPTION_CACHE;
  if (named) return resolve(named);
  const cache = environment.XDG_CACHE_HOME;
  return join(cache && isAbsolute(cache) ? cache : join(homedir(), ".cache"), "taoception");
}

/**
 * The folder of a home that holds a record, to be read: of a whole subnet, or of a validator alone. It must be there
 * already, since opening a record makes one; when the database is `elsewhere`, only files are looked for in it.
 */
export async function recordFolder(home: string, { elsewhere }: { elsewhere: boolean }): Promise<string> {
  const sign = elsewhere ? "blobs" : join("postgres", "data");
  for (const folder of [join(home, "validator"), home]) if (await isThere(join(folder, sign))) return folder;
  if (elsewhere) return join(home, "validator");
  throw new UsageError([
    `there is no record in ${home}: give the --home of a subnet or validator that has run`,
  ]);
}

/** The folder of a home whose validator runs and tells how its queue is reached: a subnet's, or a validator's own. */
export async function queueFolder(home: string): Promise<string> {
  const subnet = join(home, "validator");
  return (await isThere(join(subnet, "queue"))) ? subnet : home;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
