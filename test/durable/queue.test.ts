import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Durable, type Durably, openDurable } from "../../src/durable/index.ts";
import { type Secret, silentLogger, systemClock } from "../../src/platform/index.ts";
import { createWorkerRole, openPostgres, type Postgres } from "../../src/storage/index.ts";
import { killServers } from "./servers.ts";

const program = fileURLToPath(new URL("queueWorker.ts", import.meta.url));
let home: string;
let postgres: Postgres;
let durable: Durable;
let connection: Secret<string>;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "store-"));
  postgres = await openPostgres({ home, logger: silentLogger });
  durable = await open("asker");
  durable.register("piece", async () => {
    throw new Error("who asks does not work");
  });
  durable.register("all", async (pieces: Piece[], { each }: Durably) => each("ask", ask, pieces));
  await durable.launch();
  connection = await createWorkerRole({ connection: postgres.connection });
});
afterEach(async () => {
  for (const worker of workers.splice(0)) {
    if (worker.exitCode !== null || worker.signalCode !== null) continue;
    worker.kill("SIGKILL");
    await once(worker, "exit");
  }
});
afterAll(async () => {
  await durable?.[Symbol.asyncDispose]();
  await postgres?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const open = (executorId: string, signal = new AbortController().signal) =>
  openDurable({
    connection: postgres.connection,
    executorId,
    applicationVersion: "1",
    clock: systemClock,
    logger: silentLogger,
    queue: { name: "pieces", role: "asks" },
    atOnce: 6,
    signal,
  });

interface Piece {
  ms: Record<string, number>;
  n: number;
}

/** As a stage of a round asks: inside a step, and again by the same id if that step is repeated. */
async function ask({ ms, n }: Piece): Promise<unknown> {
  await durable.enqueue("piece", `piece:${n}`, { ms, n });
  return durable.result(`piece:${n}`);
}

async function start(name: string, at = connection) {
  const worker = spawn(process.execPath, [program, name], {
    env: { DATABASE_URL: at.reveal() },
    stdio: ["ignore", "pipe", "inherit"],
  });
  workers.push(worker);
  let said = "";
  worker.stdout.on("data", (text) => {
    said += text;
  });
  const says = (text: string | RegExp) =>
    expect.poll(() => said, { timeout: 20_000, interval: 20 }).toMatch(text);
  await says("ready");
  return { worker, says, said: () => said };
}

test("what a killed worker had taken is done by another, and each piece has one result", async () => {
  const first = await start("first");
  await durable.start(
    "all",
    "all-1",
    [0, 1, 2, 3, 4].map((n) => ({ ms: n === 0 ? { first: 60_000 } : {}, n })),
  );
  await first.says("begins 0");
  expect(await durable.adopt()).toEqual([]); // it lives
  const second = await start("second");
  const begun = () => `${first.said()}${second.said()}`.match(/begins \d/g)?.toSorted(); // who takes which is chance
  await expect.poll(begun, { timeout: 20_000 }).toEqual([0, 1, 2, 3, 4].map((n) => `begins ${n}`));
  expect(await durable.unfinished()).toMatchObject([{ id: "all-1" }]); // not what is in the queue
  first.worker.kill("SIGKILL");
  await expect
    .poll(() => durable.adopt(), { timeout: 10_000 })
    .toEqual([{ id: "piece:0", executor: "first", givenUp: false }]);
  const results = (await durable.result("all-1")) as { n: number; by: string }[];
  expect(results.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4]);
  expect(results[0]?.by).toBe("second");
  expect(begun()).toEqual([0, 0, 1, 2, 3, 4].map((n) => `begins ${n}`));
  await durable.forgetQueued("piece:");
  await expect(durable.result("piece:0")).rejects.toMatchObject({ code: "no-workflow" });
  await durable.forget("all-1");
});

test("work that kills whoever takes it is given up", async () => {
  await durable.start("all", "all-2", [
    { ms: Object.fromEntries([0, 1, 2].map((death) => [`mortal-${death}`, 60_000])), n: 10 },
  ]);
  const ends: boolean[] = [];
  for (let death = 0; death < 3; death += 1) {
    const { worker, says } = await start(`mortal-${death}`);
    await says("begins 10");
    worker.kill("SIGKILL");
    for (const started = Date.now(); ends.length <= death && Date.now() - started < 10_000; await wait(50))
      ends.push(...(await durable.adopt()).map(({ givenUp }) => givenUp));
  }
  expect(ends).toEqual([false, false, true]);
  await expect(durable.result("all-2")).rejects.toMatchObject({ code: "given-up" });
  await durable.forget("all-2");
  await durable.forgetQueued("piece:");
});

test("a name is held by one process at a time, and is free when that is gone", async () => {
  const { worker } = await start("one");
  const second = spawn(process.execPath, [program, "one"], {
    env: { DATABASE_URL: connection.reveal() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  workers.push(second);
  let complaint = "";
  second.stderr.on("data", (text) => {
    complaint += text;
  });
  const [code] = await once(second, "exit");
  expect({ code, complaint }).toMatchObject({
    code: 1,
    complaint: expect.stringContaining("another process works as one"),
  });
  worker.kill("SIGKILL");
  const again = await start("one");
  await durable.enqueue("piece", "piece:20", { ms: {}, n: 20 });
  expect(await durable.result("piece:20")).toEqual({ n: 20, by: "one" });
  expect(again.said()).toContain("begins 20");
  await durable.forgetQueued("piece:");
});

test("a worker outlives the database's server, and ends when the database refuses it", async () => {
  const { worker, says } = await start("faithful");
  await durable.enqueue("piece", "piece:30", { ms: { faithful: 2_000 }, n: 30 });
  await says("begins 30");
  await killServers(home);
  expect(await durable.adopt().catch(() => [])).toEqual([]);
  expect(await durable.result("piece:30")).toEqual({ n: 30, by: "faithful" });
  await createWorkerRole({ connection: postgres.connection }); // another password
  await killServers(home);
  await says(/lost: .*password/);
  const [code] = worker.exitCode === null ? await once(worker, "exit") : [worker.exitCode];
  expect(code).toBe(4);
});
