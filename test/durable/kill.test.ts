import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentLogger, systemClock } from "../../src/platform/index.ts";
import { openPostgres, openStorage } from "../../src/storage/index.ts";

const KILLS = 7;
/** Steps with an effect in the worker's workflow. */
const EFFECTS = 14;
const worker = fileURLToPath(new URL("worker.ts", import.meta.url));
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "store-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** When to kill: so many milliseconds after the start, or after the process has begun its n-th step. */
interface Moment {
  step: number;
  ms: number;
}

/** Run the worker; kill it at a moment, or let it come to its end. Gives how many steps it began, and its result if it got there. */
async function run(id: string, seed: number, moment: Moment | null) {
  const child = spawn(process.execPath, [worker, home, id, String(seed)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH },
  });
  const ended = once(child, "exit");
  const killLater = () => moment && void wait(moment.ms).then(() => child.kill("SIGKILL"));
  let result: string[] | null = null;
  let steps = 0;
  if (moment?.step === 0) killLater();
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "step") {
      steps += 1;
      if (steps === moment?.step) killLater();
    } else result = JSON.parse(line);
  }
  await ended;
  return { result, steps };
}

/** Processes that name the home in their command line. */
async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (Number(pid) !== process.pid && line.includes(folder)) found.push(line.replaceAll("\0", " "));
  }
  return found;
}

/** A small generator with a seed (mulberry32), so that a failure can be looked at again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

test("killed at any moment, again and again: every effect is there once, nothing lives on", {
  timeout: 180_000,
}, async () => {
  const random = randomFrom(20261124);
  const ids: string[] = [];
  let kills = 0;
  let begun = 0;
  while (kills < KILLS) {
    const id = `count-${ids.length}`;
    ids.push(id);
    for (let seed = 0; ; seed += 1) {
      const moment = { step: Math.floor(random() * 6), ms: Math.floor(random() * 40) };
      if (moment.step === 0) moment.ms *= 50; // while the database is made, starts or recovers
      const { result, steps } = await run(id, seed, kills < KILLS ? moment : null);
      begun += steps;
      if (result) {
        expect(result).toHaveLength(EFFECTS);
        break;
      }
      kills += 1;
      await wait(100); // the kernel takes a moment to end a whole namespace
      expect(await processesOf(home)).toEqual([]);
    }
  }
  expect(begun).toBeGreaterThan(ids.length * EFFECTS); // some steps did run twice

  await using postgres = await openPostgres({ home, logger: silentLogger });
  await using storage = await openStorage({
    connection: postgres.connection,
    clock: systemClock,
    logger: silentLogger,
  });
  expect(await storage.verifyChain()).toMatchObject({ ok: true, length: ids.length * EFFECTS });
  for (const id of ids)
    for (const name of ["first", ...Array.from({ length: 12 }, (_, i) => `item ${i}`), "last after 12"])
      expect(await storage.find(`effect:${id}:${name}`)).toMatchObject({ text: name });
  const client = new pg.Client({ connectionString: postgres.connection.reveal() });
  await client.connect();
  const { rows } = await client.query(
    "select status, count(*)::int as n from dbos.workflow_status group by 1",
  );
  await client.end();
  expect(rows).toEqual([{ status: "SUCCESS", n: ids.length }]);
});
