import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Logger, Secret, TaoceptionError, writeAtomically } from "../../platform/index.ts";

/** Where a validator tells its workers, in its home, how they reach the queue. Only its user can read it. */
const QUEUE_FILE = "queue";

/** How the queue of a home's validator is reached. TaoceptionError `no-queue` when none runs. */
export async function readQueueFile(home: string): Promise<Secret<string>> {
  const url = await readFile(join(home, QUEUE_FILE), "utf8").catch((cause: unknown) => {
    throw new TaoceptionError("no-queue", `no validator runs in ${home}`, {
      mend: "start it first, by `taoception up` or `taoception validator`",
      cause,
    });
  });
  return new Secret(url.trim());
}

/**
 * Tell workers in the home, those started by hand too, how they reach the queue, until this is disposed. Where the
 * database makes no role for them there are none, which only matters where they are `needed`.
 */
export async function openDoorTo(
  home: string,
  makeRole: () => Promise<Secret<string>>,
  { needed, logger }: { needed: boolean; logger: Logger },
): Promise<AsyncDisposable> {
  const place = join(home, QUEUE_FILE);
  try {
    await writeAtomically(place, `${(await makeRole()).reveal()}\n`, 0o600);
  } catch (error) {
    if (needed) throw error;
    logger.warn({ error }, "no worker can join: the database makes no role for them");
  }
  return { [Symbol.asyncDispose]: () => rm(place, { force: true }) };
}
