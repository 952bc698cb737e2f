import { openLogger } from "../platform/index.ts";
import type { Door } from "./door.ts";
import { cacheFolder, homeFolder, recordFolder } from "./home.ts";

/** The record of a home, or of the database that is named; where there is none, none is made. */
export async function openRecordOf(
  command: string,
  {
    home,
    cache,
    databaseUrl,
    logLevel,
  }: {
    home?: string | undefined;
    cache?: string | undefined;
    databaseUrl?: string | undefined;
    logLevel: string;
  },
  { environment, signal }: Door,
) {
  const place = homeFolder(home, environment);
  const folder = await recordFolder(place, { elsewhere: databaseUrl !== undefined });
  const { openRecord } = await import("../validator/index.ts");
  const logger = openLogger(command, logLevel);
  const record = await openRecord(
    { home: folder, cache: cacheFolder(cache, environment), databaseUrl },
    { logger, signal },
  );
  return Object.assign(record, { folder });
}
