import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentLogger, systemClock } from "../platform/index.ts";
import {
  type Attempt,
  canonicalJson,
  type Evaluation,
  type EventBody,
  hashValue,
  type Score,
} from "../protocol/index.ts";
import { openPostgres, openStorage, type Postgres, type Storage } from "./index.ts";

let home: string;
let postgres: Postgres;
let storage: Storage;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "store-"));
  postgres = await openPostgres({ home, logger: silentLogger });
  storage = await openStorage({ connection: postgres.connection, clock: systemClock, logger: silentLogger });
});
afterAll(async () => {
  await storage?.[Symbol.asyncDispose]();
  await postgres?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const note = (text: string): EventBody => ({ type: "note", level: "info", text });
const commit = (round: number, miner: string): EventBody => ({
  type: "commit",
  round,
  task: "t1",
  miner,
  commitment: "a".repeat(64),
});

test("an event is told back with its place and the hash of all of it", async () => {
  const before = await storage.head();
  const body = note("ünïcode \u0000 and half a pair \ud800 and 0.1 and \\u0041");
  const { event, fresh } = await storage.append(body);
  const { seq, at, previous, hash, ...rest } = event;
  expect(fresh).toBe(true);
  expect(rest).toEqual(body);
  expect(seq).toBe(before.seq + 1);
  expect(previous).toBe(before.hash);
  expect(hash).toBe(hashValue({ seq, at, previous, body }));
  expect(await storage.events({ after: before.seq })).toEqual([event]);
});

test("a key enters once, alone or in a batch, and the first one stands", async () => {
  const first = await storage.append(commit(1, "alice"), { key: "commit:t1:alice" });
  const again = await storage.append(commit(2, "mallory"), { key: "commit:t1:alice" });
  expect(again).toEqual({ event: first.event, fresh: false });
  const both = await storage.appendAll([
    { body: commit(1, "bob"), key: "commit:t1:bob" },
    { body: commit(1, "alice"), key: "commit:t1:alice" },
    { body: commit(1, "bob"), key: "commit:t1:bob" },
    { body: note("no key") },
  ]);
  expect(both.map(({ fresh }) => fresh)).toEqual([true, false, false, true]);
  expect(both[2]?.event).toEqual(both[0]?.event);
  expect(await storage.find("commit:t1:bob")).toEqual(both[0]?.event);
  expect(await storage.find("commit:t1:nobody")).toBeUndefined();
});

test("what is no event, or no key, is refused before it reaches the database", async () => {
  const before = await storage.head();
  await expect(storage.append({ type: "gossip" } as unknown as EventBody)).rejects.toMatchObject({
    code: "bad-event",
    retryable: false,
  });
  await expect(
    storage.appendAll([{ body: note("good") }, { body: note("bad"), key: "a\u0000b" }]),
  ).rejects.toMatchObject({ code: "bad-event" });
  expect(await storage.head()).toEqual(before);
});

test("events are found by round and kind", async () => {
  await storage.append(commit(77, "carol"), { key: "r77" });
  await storage.append(commit(78, "dave"), { key: "r78" });
  const found = await storage.events({ types: ["commit"], rounds: { first: 77, last: 78 } });
  expect(found.map((event) => event.type === "commit" && event.miner)).toEqual(["carol", "dave"]);
  expect(await storage.events({ round: 77, types: ["attempt"] })).toEqual([]);
  expect(await storage.lastRound()).toBe(78);
});

test("attempts, evaluations and scores of a window of rounds come back as the protocol's records", async () => {
  const place = { round: 500, task: "t500" };
  const attempt: Attempt = {
    ...place,
    hotkey: "alice",
    status: "patch",
    patch: "b".repeat(64),
    elapsedMs: 12,
    agent: "repair",
    reason: null,
    excused: false,
  };
  const evaluation: Evaluation = {
    ...place,
    hotkey: "alice",
    patch: "b".repeat(64),
    verdict: "resolved",
    layer: "tests",
    reason: "",
    failToPass: { success: ["a::b"], failure: [] },
    passToPass: { success: [], failure: [] },
    patchLines: 1,
    goldLines: 1,
    likeness: { functions: 1, files: 1, tokens: 0.1 + 0.2 },
    judge: null,
    durationMs: 5,
  };
  const score: Score = {
    ...place,
    hotkey: "alice",
    score: 1 / 3,
    gate: 1,
    concise: 1e-7,
    likeness: 0.7,
    time: 0.1,
    judge: null,
  };
  const told = <Record extends { hotkey: string }>({ hotkey: miner, ...rest }: Record) => ({
    ...rest,
    miner,
  });
  await storage.appendAll([
    { body: { type: "attempt", ...told(attempt) } },
    { body: { type: "verdict", ...told(evaluation) } },
    { body: { type: "score", ...told(score) } },
    { body: { type: "score", ...told({ ...score, round: 502 }) } },
  ]);
  const window = { first: 499, last: 501 };
  expect(await storage.attemptsOf(window)).toEqual([attempt]);
  expect(await storage.evaluationsOf(window)).toEqual([evaluation]);
  expect(await storage.scoresOf(window)).toEqual([score]);
  expect(await storage.scoresOf({ first: 0, last: 502 })).toHaveLength(2);
  const many = Array.from({ length: 2_500 }, (_, i) => ({ body: commit(600, `${i}`) }));
  await storage.appendAll(many);
  expect(await storage.eventsOfRounds("commit", { first: 600, last: 600 })).toHaveLength(2_500);
});

test("documents come back as they were, by the hash that the protocol gives them", async () => {
  const value = { b: [1, null, "ü\u0000"], a: { deep: 0.1 } };
  const hash = await storage.putDocument("example", value);
  expect(hash).toBe(hashValue(value));
  expect(await storage.putDocument("example", value)).toBe(hash);
  expect(await storage.getDocument(hash)).toEqual(value);
  expect(Buffer.from(await storage.getBytes(hash)).toString()).toBe(canonicalJson(value));
  const bytes = Buffer.from([0, 255, 13, 10]);
  expect(Buffer.from(await storage.getBytes(await storage.putBytes("patch", bytes)))).toEqual(bytes);
  await expect(storage.getDocument("0".repeat(64))).rejects.toMatchObject({ code: "missing-document" });
});

test("a follower sees every event once and in order, old and new", async () => {
  const stop = new AbortController();
  const { seq } = await storage.head();
  await storage.append(note("old"));
  const seen: string[] = [];
  const following = (async () => {
    for await (const event of storage.follow(seq, stop.signal)) {
      if (event.type === "note") seen.push(event.text);
      if (seen.length === 41) stop.abort();
    }
  })();
  await Promise.all(Array.from({ length: 40 }, (_, i) => storage.append(note(`new ${i}`))));
  await following;
  expect(seen[0]).toBe("old");
  expect(new Set(seen).size).toBe(41);
});

test("the record refuses to be changed, and a forger who gets around that is found", async () => {
  const client = new pg.Client({ connectionString: postgres.connection.reveal() });
  await client.connect();
  for (const sql of [
    "update record.events set round = 5 where seq = 1",
    "delete from record.events where seq = 1",
    "truncate record.events",
  ])
    await expect(client.query(sql)).rejects.toThrow(/only grows/);
  const { seq } = (await storage.append(note("the truth"))).event;
  await storage.append(note("after it"));
  expect(await storage.verifyChain()).toMatchObject({ ok: true, length: seq + 1 });
  const forge = async (set: string, at = seq) => {
    await client.query("begin; alter table record.events disable trigger all");
    await client.query(`update record.events set ${set} where seq = ${at}`);
    await client.query("commit");
    return storage.verifyChain();
  };
  const lie = canonicalJson(note("a lie"));
  expect(await forge(`body = '${lie}'`)).toEqual({
    ok: false,
    seq,
    reason: "its hash differs from its content",
  });
  expect(await forge(`body = '${canonicalJson(note("the truth"))}'`)).toMatchObject({ ok: true });
  expect(await forge("at = at + interval '1 ms'")).toMatchObject({ ok: false, seq });
  expect(await forge("at = at - interval '1 ms'")).toMatchObject({ ok: true });
  expect(await forge("type = 'end'")).toMatchObject({ ok: false, seq });
  expect(await forge("type = 'note'")).toMatchObject({ ok: true });
  expect(await forge("seq = 999999", seq + 1)).toMatchObject({ ok: false, seq: seq + 1 });
  expect(await forge(`seq = ${seq + 1}`, 999999)).toMatchObject({ ok: true });
  await client.query("alter table record.events enable trigger all");
  await client.end();
});
