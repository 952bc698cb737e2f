import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { afterEach, expect, test } from "vitest";
import { serversOf } from "../../test/durable/servers.ts";
import { Secret, silentLogger, systemClock } from "../platform/index.ts";
import type { EventBody } from "../protocol/index.ts";
import { checkPostgres, openPostgres, openStorage } from "./index.ts";
import { packagedPostgres, prepareNative } from "./native.ts";
import { connectionTo, openPlace, openSockets, passwordOf } from "./place.ts";
import { startServer } from "./server.ts";

const homes: string[] = [];
afterEach(async () => {
  await Promise.all(homes.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});
async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "store-"));
  homes.push(home);
  return home;
}
const logger = silentLogger;
const clock = systemClock;
const note = (text: string): EventBody => ({ type: "note", level: "info", text });
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

async function socketFolderOf(connection: { reveal(): string }): Promise<string> {
  return new URL(connection.reveal()).searchParams.get("host") ?? "";
}

test("two homes live side by side; a second start of one is refused, or adopts", async () => {
  await using one = await openPostgres({ home: await newHome(), logger });
  await using two = await openPostgres({ home: await newHome(), logger });
  await using first = await openStorage({ connection: one.connection, clock, logger });
  await using second = await openStorage({ connection: two.connection, clock, logger });
  await first.append(note("in one"));
  expect(await second.events()).toEqual([]);
  const started = performance.now();
  await expect(openPostgres({ home: homes[0]!, logger })).rejects.toMatchObject({
    code: "postgres-in-use",
    message: expect.stringContaining(`in use by process ${process.pid}`),
  });
  expect(performance.now() - started).toBeLessThan(2_000);
  await using again = await openPostgres({ home: homes[0]!, logger, adopt: true });
  expect(again.adopted).toBe(true);
  await using shared = await openStorage({ connection: again.connection, clock, logger });
  expect(await shared.events()).toMatchObject([{ text: "in one" }]);
});

test("what two starts at once do to a new home: one makes it, the other adopts it", async () => {
  const home = await newHome();
  const both = await Promise.all([1, 2, 3].map(() => openPostgres({ home, logger, adopt: true })));
  expect(both.map(({ adopted }) => adopted).sort()).toEqual([false, true, true]);
  const stores = await Promise.all(both.map(({ connection }) => openStorage({ connection, clock, logger })));
  await Promise.all(stores.map((storage, i) => storage.append(note(`${i}`), { key: "the same" })));
  expect(await stores[0]!.verifyChain()).toMatchObject({ ok: true, length: 1 });
  for (const storage of stores) await storage[Symbol.asyncDispose]();
  for (const each of both.toSorted((a, b) => Number(b.adopted) - Number(a.adopted)))
    await each[Symbol.asyncDispose]();
  await using later = await openPostgres({ home, logger });
  expect(later.adopted).toBe(false);
});

test("nothing of it can be read by others, and the password does not print", async () => {
  const home = await newHome();
  await using postgres = await openPostgres({ home, logger });
  const place = join(home, "postgres");
  expect(await modeOf(place)).toBe(0o700);
  expect(await modeOf(join(place, "password"))).toBe(0o600);
  expect(await modeOf(join(place, "data"))).toBe(0o700);
  expect(await modeOf(join(place, "run"))).toBe(0o700);
  expect(await modeOf(join(place, "server.log"))).toBe(0o600);
  const password = (await readFile(join(place, "password"), "utf8")).trim();
  expect(postgres.connection.reveal()).toContain(password);
  expect(JSON.stringify(postgres)).not.toContain(password);
  const wrong = postgres.connection.reveal().replace(password, "guessed");
  await expect(openPostgres({ home, logger, databaseUrl: wrong })).rejects.toMatchObject({
    code: "no-postgres",
  });
});

test("a home with a long path has its socket in a short private folder, which goes again", async () => {
  const home = join(await newHome(), "long".repeat(20), "and longer".repeat(10));
  const postgres = await openPostgres({ home, logger });
  const sockets = await socketFolderOf(postgres.connection);
  expect(sockets.startsWith(home)).toBe(false);
  expect(await modeOf(sockets)).toBe(0o700);
  await postgres[Symbol.asyncDispose]();
  await expect(stat(sockets)).rejects.toThrow("ENOENT");
});

test("a half-made cluster is made again", async () => {
  const home = await newHome();
  const part = join(home, "postgres", "data.part");
  await mkdir(join(part, "base"), { recursive: true });
  await mkdir(join(home, "postgres", "data"));
  await using postgres = await openPostgres({ home, logger });
  await using storage = await openStorage({ connection: postgres.connection, clock, logger });
  expect((await storage.append(note("whole"))).fresh).toBe(true);
  await expect(stat(part)).rejects.toThrow("ENOENT");
});

test("a server that is killed is started again: what fails meanwhile may be tried again", async () => {
  const home = await newHome();
  await using postgres = await openPostgres({ home, logger });
  await using storage = await openStorage({ connection: postgres.connection, clock, logger });
  await storage.append(note("before"), { key: "before" });
  const stop = new AbortController();
  const seen: string[] = [];
  const following = (async () => {
    for await (const event of storage.follow(0, stop.signal)) {
      if (event.type === "note") seen.push(event.text);
      if (seen.length === 2) stop.abort();
    }
  })();
  await using held = await holdRecord(postgres.connection);
  const cut = storage.append(note("after"), { key: "after" });
  cut.catch(() => {});
  await held.untilAwaited();
  const killed = await serversOf(home);
  expect(killed.length).toBeGreaterThan(0);
  for (const pid of killed) process.kill(pid, "SIGKILL");
  await expect(cut).rejects.toMatchObject({ code: "storage-unavailable", retryable: true });
  for (;;) {
    try {
      await storage.append(note("after"), { key: "after" });
      break;
    } catch (error) {
      expect(error).toMatchObject({ code: "storage-unavailable", retryable: true });
      await wait(20);
    }
  }
  expect((await serversOf(home)).filter((pid) => killed.includes(pid))).toEqual([]);
  await following;
  expect(seen).toEqual(["before", "after"]);
  expect(await storage.verifyChain()).toMatchObject({ ok: true, length: 2 });
});

test("programs without execute bits and without their links are made runnable", async () => {
  const home = await newHome();
  const packaged = await packagedPostgres();
  const bare = join(home, "bare");
  await mkdir(join(bare, "bin"), { recursive: true });
  for (const program of ["postgres", "initdb"]) {
    await copyFile(join(packaged, "bin", program), join(bare, "bin", program));
    await chmod(join(bare, "bin", program), 0o644);
  }
  for (const name of ["lib", "share", "pg-symlinks.json"])
    await symlink(join(packaged, name), join(bare, name));
  const place = join(home, "postgres");
  await openPlace(place);
  const native = await prepareNative(bare, join(place, "native"));
  expect(native.bin.startsWith(place)).toBe(true);
  const sockets = await openSockets(place);
  const connection = connectionTo(sockets, await passwordOf(place));
  const server = await startServer({ place, sockets, connection, native }, { onHeld: async () => {} });
  if (server === "locked") throw new Error("locked");
  await server.stop();
  await server.ended;
});

test("a start that cannot be says why, and leaves nothing", async () => {
  const home = await newHome();
  const first = await openPostgres({ home, logger });
  await first[Symbol.asyncDispose]();
  await rm(join(home, "postgres", "data", "global"), { recursive: true });
  await expect(openPostgres({ home, logger })).rejects.toMatchObject({
    code: "no-postgres",
    message: expect.stringMatching(/did not start: .*global/),
  });
  expect(await serversOf(home)).toEqual([]);
  await rm(join(home, "postgres", "password"));
  await expect(openPostgres({ home, logger })).rejects.toMatchObject({ code: "no-password" });
});

test("a start that is called off leaves nothing, and the next one works", async () => {
  const home = await newHome();
  for (const ms of [5, 100, 300]) {
    const stop = new AbortController();
    const opening = openPostgres({ home, logger, signal: stop.signal });
    void wait(ms).then(() => stop.abort(new Error("called off")));
    await expect(opening).rejects.toThrow("called off");
    expect(await serversOf(home)).toEqual([]);
  }
  await using postgres = await openPostgres({ home, logger });
  expect(postgres.adopted).toBe(false);
});

test("what is needed can be checked beforehand", async () => {
  const checks = await checkPostgres();
  expect(checks.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(checks[2]?.detail).toMatch(/^postgres \(PostgreSQL\) 18/);
  const nowhere = new Secret("postgresql://nobody:s3cret@localhost:1/none?host=/nonexistent");
  const [elsewhere] = await checkPostgres({ databaseUrl: nowhere });
  expect(elsewhere).toMatchObject({ ok: false });
  expect(elsewhere?.detail).not.toContain("s3cret");
});

/** Hold the record so that whoever appends must wait, until this is disposed or its server dies. */
async function holdRecord(connection: { reveal(): string }) {
  const [holder, looker] = [1, 2].map(() => new pg.Client({ connectionString: connection.reveal() }));
  if (!holder || !looker) throw new Error("two clients");
  for (const client of [holder, looker]) {
    client.on("error", () => {}); // its server is killed
    await client.connect();
  }
  await holder.query("begin");
  await holder.query("lock table record.events in access exclusive mode");
  return {
    async untilAwaited() {
      const waiting =
        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%record.append%'";
      while ((await looker.query(waiting)).rowCount === 0) await wait(5);
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of [holder, looker]) await client.end().catch(() => {});
    },
  };
}
