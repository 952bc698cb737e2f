import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Durable, type Durably, openDurable } from "../../src/durable/index.ts";
import { Secret, silentLogger, systemClock, TaoceptionError } from "../../src/platform/index.ts";
import { createWorkerRole, openPostgres, openStorage, type Postgres } from "../../src/storage/index.ts";
import { killServers } from "./servers.ts";

let home: string;
let postgres: Postgres;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "store-"));
  postgres = await openPostgres({ home, logger: silentLogger });
});
afterAll(async () => {
  await postgres?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const open = (
  signal = new AbortController().signal,
  options: Partial<Parameters<typeof openDurable>[0]> = {},
): Promise<Durable> =>
  openDurable({
    signal,
    connection: postgres.connection,
    executorId: "here",
    applicationVersion: "1",
    clock: systemClock,
    logger: silentLogger,
    tries: { times: 3, firstMs: 5 },
    drainMs: 300,
    ...options,
  });

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: postgres.connection.reveal() });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

test("steps hand on what they give, each keeps the order, a second start changes nothing", async () => {
  await using durable = await open();
  let runs = 0;
  let most = 0;
  let busy = 0;
  const double = async (n: number) => {
    runs += 1;
    busy += 1;
    most = Math.max(most, busy);
    await wait(20 - n);
    busy -= 1;
    return n * 2;
  };
  durable.register("double", async (upTo: number, { step, each }: Durably) => {
    const items = await step("items", async () => Array.from({ length: upTo }, (_, i) => i));
    return each("double", double, items, { concurrency: 3 });
  });
  await durable.launch();
  await durable.start("double", "double-1", 7);
  await durable.start("double", "double-1", 100);
  expect(await durable.result("double-1")).toEqual([0, 2, 4, 6, 8, 10, 12]);
  expect({ runs, most }).toEqual({ runs: 7, most: 3 });
  expect(await durable.result("double-1")).toEqual([0, 2, 4, 6, 8, 10, 12]);
  await durable.forget("double-1");
  expect(
    await query("select count(*)::int as n from dbos.workflow_status where workflow_uuid = 'double-1'"),
  ).toEqual([{ n: 0 }]);
  expect(await query("select count(*)::int as n from dbos.operation_outputs")).toEqual([{ n: 0 }]);
  await expect(durable.result("double-1")).rejects.toMatchObject({ code: "no-workflow" });
});

test("a retryable failure is tried again, any other fails the workflow with its code", async () => {
  await using durable = await open();
  let tries = 0;
  durable.register("flaky", (_: null, { step }: Durably) =>
    step("flaky", async () => {
      tries += 1;
      if (tries < 3) throw new TaoceptionError("busy", "busy", { retryable: true });
      return "done";
    }),
  );
  let falls = 0;
  durable.register("fails", async (_: null, { each }: Durably) =>
    each(
      "fall",
      async (n: number) => {
        falls += 1;
        if (n === 1) throw new TaoceptionError("broken", "it broke", { mend: "mend it" });
        return n;
      },
      [0, 1, 2, 3, 4, 5],
      { concurrency: 1 },
    ),
  );
  await durable.launch();
  await durable.start("flaky", "flaky-1", null);
  expect(await durable.result("flaky-1")).toBe("done");
  expect(tries).toBe(3);
  await durable.start("fails", "fails-1", null);
  for (let asked = 0; asked < 2; asked += 1) {
    const error = await durable.result("fails-1").catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(TaoceptionError);
    expect(error).toMatchObject({ code: "broken", message: "it broke", mend: "mend it", retryable: false });
  }
  expect(falls).toBe(2);
});

test("what closing cuts off has not failed: it goes on at the next launch", async () => {
  const ran: string[] = [];
  const workflow = async (hold: boolean, { step, until, now }: Durably, signal: AbortSignal) => {
    await step("one", async () => void ran.push("one"));
    const start = await now();
    await step("two", async () => {
      ran.push("two");
      if (hold && ran.filter((name) => name === "two").length === 1) await systemClock.sleep(60_000, signal); // throws when the process is told to end
    });
    await until(start + 50);
    await step("three", async () => void ran.push("three"));
    return start;
  };
  const stop = new AbortController();
  const first = await open(stop.signal);
  first.register("cut", (hold: boolean, durably) => workflow(hold, durably, stop.signal));
  await first.launch();
  await first.start("cut", "cut-1", true);
  const result = first.result("cut-1").catch((error: unknown) => error);
  await expect(first.forget("cut-1")).rejects.toMatchObject({ code: "still-running" });
  while (!ran.includes("two")) await wait(5);
  stop.abort();
  await first[Symbol.asyncDispose]();
  expect(await result).toMatchObject({ code: "closing", retryable: true });

  await using second = await open();
  second.register("cut", (hold: boolean, durably) => workflow(hold, durably, new AbortController().signal));
  await second.launch();
  expect(await second.unfinished()).toEqual([{ id: "cut-1", name: "cut" }]);
  expect(await second.result("cut-1")).toBeTypeOf("number");
  expect(ran).toEqual(["one", "two", "two", "three"]);
  expect(await second.unfinished()).toEqual([]);
});

test("only one at a time in a process, and nothing is registered late", async () => {
  await using durable = await open();
  durable.register("a", async () => null);
  expect(() => durable.register("a", async () => null)).toThrow(/registered already/);
  await durable.launch();
  await expect(open()).rejects.toMatchObject({ code: "durable-in-use" });
  expect(() => durable.register("b", async () => null)).toThrow(/after the launch/);
  await expect(durable.start("b", "b-1", null)).rejects.toMatchObject({ code: "no-workflow" });
});

test("a worker's role can do durable work, and sees nothing else", async () => {
  const storage = await openStorage({
    connection: postgres.connection,
    clock: systemClock,
    logger: silentLogger,
  });
  await storage.append({ type: "note", level: "info", text: "not for workers" });
  await storage[Symbol.asyncDispose]();
  const before = await createWorkerRole({ connection: postgres.connection });
  const connection = await createWorkerRole({ connection: postgres.connection });
  const tell = async (sql: string, at = connection) => {
    const client = new pg.Client({ connectionString: at.reveal() });
    try {
      await client.connect();
      return await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await expect(tell("select 1", before)).rejects.toThrow(/password authentication failed/);
  expect((await tell("select 1 from dbos.workflow_status limit 1")).rowCount).toBe(1);
  for (const sql of [
    "select * from record.events",
    "select * from record.documents",
    "select record.append(now(), '{}', '{}', '{}', '{}')",
    "create table public.mine (a int)",
    "create table dbos.mine (a int)",
    "create schema mine",
    "select pg_read_file('/etc/passwd')",
    "copy (select 1) to program 'id'",
    "create role other",
    "set role taoception",
  ])
    await expect(tell(sql), sql).rejects.toThrow(/permission denied|must be|not exist/);

  await using durable = await open(undefined, { connection, executorId: "worker-1", migrate: false });
  durable.register("work", (n: number, { step }: Durably) => step("add", async () => n + 1));
  await durable.launch();
  await durable.start("work", "work-1", 1);
  expect(await durable.result("work-1")).toBe(2);
  await durable.forget("work-1");
});

test("the database going away again and again delays workflows, no more; no port is opened", async () => {
  await using durable = await open(undefined, { tries: { times: 10, firstMs: 50 } });
  const ran = new Map<string, number>();
  const kills = new Set([5, 22]);
  durable.register("long", async (name: string, { step, each }: Durably) => {
    const act = async (n: number) => {
      ran.set(`${name} ${n}`, (ran.get(`${name} ${n}`) ?? 0) + 1);
      if (name === "a" && kills.delete(n)) await killServers(home);
      return n;
    };
    const outputs: number[] = [];
    for (let n = 0; n < 20; n += 1) outputs.push(await step(`act ${n}`, act, n));
    return [...outputs, ...(await each("act", act, [20, 21, 22, 23, 24, 25, 26], { concurrency: 3 }))];
  });
  await durable.launch();
  expect(process.getActiveResourcesInfo()).not.toContain("TCPServerWrap");
  const names = ["a", "b", "c"];
  for (const name of names) await durable.start("long", `long-${name}`, name);
  for (const name of names)
    expect(await durable.result(`long-${name}`)).toEqual(Array.from({ length: 27 }, (_, n) => n));
  expect(kills.size).toBe(0);
  expect(ran.size).toBe(3 * 27);
  expect(await durable.unfinished()).toEqual([]);
});

test("a database that is not there fails the launch, and a later launch works", async () => {
  const nowhere = new Secret(
    "postgresql://nobody:none@localhost:1/postgres?host=/nonexistent&sslmode=disable",
  );
  const failing = await open(undefined, { connection: nowhere });
  await expect(failing.launch()).rejects.toMatchObject({ code: "durable-unavailable", retryable: true });
  await failing[Symbol.asyncDispose]();
  await using durable = await open();
  await durable.launch();
});
