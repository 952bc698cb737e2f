// A process of the storage tests: appends notes without end and says each one that was acknowledged. Told to
// end by SIGINT it appends a last one first; when the server is gone it ends. usage: appender.ts <home> <name>
import { setTimeout as wait } from "node:timers/promises";
import { openLogger, systemClock } from "../../src/platform/index.ts";
import { openPostgres, openStorage } from "../../src/storage/index.ts";

const [home = "", name = ""] = process.argv.slice(2);
const logger = openLogger("appender", "error");
let interrupted = false;
process.once("SIGINT", () => {
  interrupted = true;
});
await using postgres = await openPostgres({ home, logger, adopt: true });
await using storage = await openStorage({ connection: postgres.connection, clock: systemClock, logger });
const append = async (text: string) => {
  const { event } = await storage.append({ type: "note", level: "info", text }, { key: text });
  process.stdout.write(`${JSON.stringify({ seq: event.seq, text })}\n`);
};
for (let i = 0; !interrupted; i += 1)
  await append(`${name} ${i}`).catch((error) => {
    if (error.code !== "storage-unavailable") throw error;
    process.exit(3);
  });
await wait(200); // a signal meant for us has long reached whom it may reach
await append(`${name} last`);
