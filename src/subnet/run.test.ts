import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startOf } from "../platform/index.ts";
import type { Event } from "../protocol/index.ts";
import type { SubnetOptions } from "./roles.ts";
import { runSubnet } from "./run.ts";

const program = fileURLToPath(new URL("../../test/subnet/fakeProgram.ts", import.meta.url));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "subnet-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hash = "0".repeat(64);
const event = (seq: number, type = "note") => {
  const rest =
    type === "end" ? { rounds: 1, reason: "all rounds are over" } : { level: "info", text: `event ${seq}` };
  return `${JSON.stringify({ type, ...rest, seq, at: "2026-01-01T00:00:00Z", previous: hash, hash })}\n`;
};

type Options = Partial<Omit<SubnetOptions, "rounds">> & { rounds?: number | null };

function run(plans: object, { rounds = 1, ...options }: Options = {}) {
  const stop = new AbortController();
  const events: Event[] = [];
  const progress: string[] = [];
  const ended = runSubnet(
    {
      ...{ home: join(folder, "home"), deadline: 5, blockMs: 50, tempo: 10, ...options },
      ...(rounds === null ? {} : { rounds }),
    },
    {
      launcher: {
        argv: [process.execPath, program],
        environment: { FAKE: JSON.stringify(plans), FAKE_FOLDER: folder },
        gaveUp: 3,
        stderr: { write: () => true } as unknown as NodeJS.WritableStream,
      },
      onEvent: (told) => events.push(told),
      onProgress: (text) => progress.push(text),
      signal: stop.signal,
    },
  );
  ended.catch(() => {});
  return { ended, events, progress, stop };
}

interface Line {
  name: string;
  what: string;
  pid: number;
}
const log = async (): Promise<Line[]> =>
  (await readFile(join(folder, "log"), "utf8").catch(() => ""))
    .split("\n")
    .flatMap((line) => (line ? [JSON.parse(line)] : []));
const living = async () => {
  const pids = new Set((await log()).map(({ pid }) => pid));
  const starts = await Promise.all([...pids].map(startOf));
  return starts.filter((start) => start !== "");
};
const wordsOf = async (name: string) =>
  (await log()).filter((line) => line.name === name && line.what.startsWith("start")).map(({ what }) => what);
const chainState = async () => JSON.parse(await readFile(join(folder, "chain.json"), "utf8"));

test("a whole run: everybody registered, every event once, the validator ends first and the chain last", async () => {
  const prints = [[event(1), "ready", event(2), event(2), 300, event(3, "end")]];
  const at = run({ validator: { prints, ends: [0] } }, { databaseUrl: "postgres://somewhere/db", path: "." });
  await at.ended;
  expect(at.events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  const state = await chainState();
  expect(state.calls).toEqual([...Array(4).fill("burned_register"), "add_stake"]);
  const ends = (await log()).filter(({ what }) => what === "end").map(({ name }) => name);
  expect(ends[0]).toBe("validator");
  expect(ends.at(-1)).toBe("chain");
  expect(ends).toHaveLength(5);
  expect(await living()).toEqual([]);
  const [validator = ""] = await wordsOf("validator");
  expect(validator).toContain(`--path ${process.cwd()} `);
  expect(validator).toContain("--rounds 1");
  expect(validator).not.toContain("--package");
  for (const name of ["miner-1 (1)", "miner-2 (8)", "miner-3 (600)"]) expect(validator).toContain(name);
  expect((await wordsOf("miner-2"))[0]).toContain("--candidates 8");
  // only the validator knows the database
  const environment = (name: string) => readFile(join(folder, `${name}.env`), "utf8");
  expect(await environment("validator")).toContain("DATABASE_URL");
  for (const name of ["chain", "miner-1"]) expect(await environment(name)).not.toContain("DATABASE_URL");
  expect(at.progress.length).toBeGreaterThan(3);
});

test("a second run with the same home does nothing twice and goes on", async () => {
  const plans = { validator: { prints: [["ready", event(1, "end")]], ends: [0] } };
  await run(plans).ended;
  const before = await chainState();
  const genesis = await readFile(join(folder, "home", "genesis.json"), "utf8");
  await run(plans, { tempo: 99 }).ended;
  expect(await chainState()).toEqual(before);
  expect(await readFile(join(folder, "home", "genesis.json"), "utf8")).toBe(genesis);
});

test("a validator that dies is started again, and every event is told once", async () => {
  const prints = [
    ["ready", event(1), event(2)],
    ["ready", event(2), event(3, "end")],
  ];
  const at = run({ validator: { prints, ends: ["SIGKILL", 0] } });
  await at.ended;
  expect(at.events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  const [, again] = await wordsOf("validator");
  expect(again).toContain("--after 2");
  expect(at.progress).toContain("validator died (SIGKILL); it is started again in 0.5 s");
});

test("a miner that cannot start fails the run in one line, and nothing lives on", async () => {
  const at = run({ "miner-2": { prints: [[]], ends: [2], complains: "no sandbox here" } });
  await expect(at.ended).rejects.toThrow("miner-2 could not start (exit code 2: no sandbox here)");
  expect(await living()).toEqual([]);
});

test.each([
  ["an open run well", null],
  ["one with rounds as interrupted", 3],
])("Ctrl-C ends %s", async (_, rounds) => {
  const at = run({ validator: { prints: [["ready", event(1)]] } }, { rounds });
  await expect.poll(() => at.progress.at(-1), { timeout: 20_000 }).toBe("everything runs");
  at.stop.abort(new Error("SIGINT"));
  if (rounds === null) await at.ended;
  else await expect(at.ended).rejects.toThrow("SIGINT");
  expect(await living()).toEqual([]);
});

test("Ctrl-C while it starts ends it at once", async () => {
  const at = run({ validator: { prints: [[]] } });
  await expect.poll(async () => (await wordsOf("validator")).length, { timeout: 20_000 }).toBe(1);
  at.stop.abort(new Error("SIGINT"));
  await expect(at.ended).rejects.toThrow("SIGINT");
  expect(await living()).toEqual([]);
});

test("two homes run side by side, one home only once", async () => {
  const plans = { validator: { prints: [["ready", 1_500, event(1, "end")]], ends: [0] } };
  const one = run(plans, { home: join(folder, "one") });
  await expect.poll(() => one.progress.length, { timeout: 20_000 }).toBeGreaterThan(0);
  await expect(run(plans, { home: join(folder, "one") }).ended).rejects.toMatchObject({
    code: "home-in-use",
  });
  const two = run(plans, { home: join(folder, "two") });
  await Promise.all([one.ended, two.ended]);
  expect(await living()).toEqual([]);
});
