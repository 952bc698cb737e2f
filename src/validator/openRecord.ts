import { join } from "node:path";
import { type Blobs, blobsOver, type Logger, openBlobs, Secret, systemClock } from "../platform/index.ts";
import { openPostgres, openStorage, type Storage } from "../storage/index.ts";

/** A validator's record, to be read beside it: the server of a running one is used, else it is started. */
export async function openRecord(
  {
    home,
    cache,
    databaseUrl,
  }: { home: string; cache?: string | undefined; databaseUrl?: string | undefined },
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): Promise<{ storage: Storage; blobs: Blobs } & AsyncDisposable> {
  const own = openBlobs(join(home, "blobs"));
  const postgres = await openPostgres({
    home,
    logger,
    signal,
    adopt: true,
    ...(databaseUrl === undefined ? {} : { databaseUrl: new Secret(databaseUrl) }),
  });
  try {
    const storage = await openStorage({ connection: postgres.connection, clock: systemClock, logger });
    return {
      storage,
      blobs: cache === undefined ? own : blobsOver(own, openBlobs(join(cache, "blobs"))),
      [Symbol.asyncDispose]: async () => {
        await storage[Symbol.asyncDispose]();
        await postgres[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await postgres[Symbol.asyncDispose]();
    throw error;
  }
}
