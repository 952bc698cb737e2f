// A process of the storage tests whose home is a small disk: fills it, sees what the storage says, makes room,
// and goes on. Prints what it saw. usage: full.ts <home>
import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { silentLogger as logger, systemClock, TaoceptionError } from "../../src/platform/index.ts";
import { openPostgres, openStorage } from "../../src/storage/index.ts";

const [home = ""] = process.argv.slice(2);
const ballast = join(home, "ballast");
await writeFile(ballast, Buffer.alloc(24 * 1024 * 1024, 1));
await using postgres = await openPostgres({ home, logger });
await using storage = await openStorage({ connection: postgres.connection, clock: systemClock, logger });
const errors = new Set<string>();
const stored: string[] = [];
let acknowledged = 0;
for (let failed = 0; failed < 3; ) {
  try {
    stored.push(await storage.putBytes("filler", randomBytes(1024 * 1024)));
    await storage.append(
      { type: "note", level: "info", text: `${acknowledged}` },
      { key: `${acknowledged}` },
    );
    acknowledged += 1;
  } catch (error) {
    failed += 1;
    errors.add(error instanceof TaoceptionError ? `${error.code} ${error.retryable}` : String(error));
    await wait(100);
  }
}
await rm(ballast);
let recoveredMs: number | null = null;
for (const start = performance.now(); performance.now() - start < 40_000; await wait(100)) {
  try {
    await storage.append({ type: "note", level: "info", text: "room again" }, { key: "room again" });
    recoveredMs = Math.round(performance.now() - start);
    break;
  } catch (error) {
    errors.add(error instanceof TaoceptionError ? `${error.code} ${error.retryable}` : String(error));
  }
}
for (const hash of stored) await storage.getBytes(hash);
const chain = await storage.verifyChain();
process.stdout.write(
  JSON.stringify({ acknowledged, errors: [...errors], recovered: recoveredMs !== null, chain }),
);
