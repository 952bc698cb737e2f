import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

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

/** Where things lie in a home. */
export function places(home: string) {
  return {
    home,
    wallets: join(home, "wallets"),
    chain: join(home, "chain"),
    validator: join(home, "validator"),
    miner: (name: string) => join(home, "miners", name),
    cache: join(home, "cache"),
    blobs: join(home, "blobs"),
  };
}
