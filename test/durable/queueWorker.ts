// A process that works the queue of the durability tests: tells on stdout when it is ready and which piece it begins.
// A piece says how long each worker sleeps over it, in milliseconds.
// usage: queueWorker.ts <name>, with the connection in DATABASE_URL
import { setTimeout as wait } from "node:timers/promises";
import { openDurable } from "../../src/durable/index.ts";
import { openLogger, Secret, systemClock } from "../../src/platform/index.ts";

const [name = ""] = process.argv.slice(2);
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort(new Error("told to end")));
await using durable = await openDurable({
  connection: new Secret(process.env.DATABASE_URL ?? ""),
  executorId: name,
  applicationVersion: "1",
  clock: systemClock,
  logger: openLogger(name, "error"),
  queue: { name: "pieces", role: "works" },
  migrate: false,
  signal: stop.signal,
});
durable.register("piece", async ({ ms, n }: { ms: Record<string, number>; n: number }, { step }) =>
  step("work", async () => {
    process.stdout.write(`begins ${n}\n`);
    await wait(ms[name] ?? 20);
    return { n, by: name };
  }),
);
await durable.launch();
process.stdout.write("ready\n");
await Promise.race([durable.lost, new Promise((end) => stop.signal.addEventListener("abort", end))]).catch(
  (error) => {
    process.stdout.write(`lost: ${error.message}\n`);
    process.exitCode = 4;
  },
);
