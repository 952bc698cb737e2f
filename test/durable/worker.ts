// A process of the durability tests: opens a home, runs the workflow `count` to its end, and says so. It may be
// killed at any moment. usage: worker.ts <home> <workflow id> <seed>
import { setTimeout as wait } from "node:timers/promises";
import { openDurable } from "../../src/durable/index.ts";
import { openLogger, systemClock } from "../../src/platform/index.ts";
import { openPostgres, openStorage } from "../../src/storage/index.ts";

const [home = "", id = "", seed = "0"] = process.argv.slice(2);
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort(new Error("told to end")));
const logger = openLogger("worker", "error");
await using postgres = await openPostgres({ home, logger });
const { connection } = postgres;
await using storage = await openStorage({ connection, clock: systemClock, logger });
await using durable = await openDurable({
  connection,
  executorId: "worker",
  applicationVersion: "1",
  clock: systemClock,
  logger,
  signal: stop.signal,
});

/** An effect counted once by its key, however often the step runs; each run leaves a trace of its own. */
async function act(name: string): Promise<string> {
  process.stdout.write("step\n");
  await wait(5 + ((Number(seed) * 7919 + name.length * 104729) % 40));
  const { event } = await storage.append(
    { type: "note", level: "info", text: name },
    { key: `effect:${id}:${name}` },
  );
  await wait(5);
  return event.hash;
}

durable.register("count", async (rounds: number, { step, each, until, now }) => {
  const started = await now();
  const first = await step("first", act, "first");
  await until(started + 100);
  const items = Array.from({ length: rounds }, (_, i) => `item ${i}`);
  const all = await each("item", act, items, { concurrency: 3 });
  const last = await step("last", act, `last after ${all.length}`);
  return [first, ...all, last];
});
await durable.launch();
await durable.start("count", id, 12);
process.stdout.write(`${JSON.stringify(await durable.result(id))}\n`);
