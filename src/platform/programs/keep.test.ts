import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { type Kept, keep, type Role } from "./keep.ts";

const program = fileURLToPath(new URL("../../../test/subnet/fakeProgram.ts", import.meta.url));
let folder: string;
let kept: Kept | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "keep-"));
});
afterEach(async () => {
  await kept?.[Symbol.asyncDispose]();
  kept = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function start(plan: object, role: Partial<Role> = {}, signal = new AbortController().signal) {
  const notes: string[] = [];
  const pids: number[] = [];
  const complaints: string[] = [];
  const stderr = { write: (text: string) => complaints.push(text) > 0 } as unknown as NodeJS.WritableStream;
  kept = await keep(
    {
      name: "validator",
      words: (port) => ["validator", "--port", String(port)],
      ...{ readyMs: 10_000, graceMs: 500, mayEnd: true, ...role },
    },
    {
      launcher: {
        argv: [process.execPath, program],
        environment: { FAKE: JSON.stringify({ validator: plan }), FAKE_FOLDER: folder },
        gaveUp: 3,
        stderr,
      },
      clock: systemClock,
      onStart: async (pid) => void pids.push(pid),
      onNote: (text) => notes.push(text),
      signal,
      pauses: [10, 20, 40],
    },
  );
  return { kept, notes, pids, complaints };
}

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a program tells its port and its lines in order, and ends when it may", async () => {
  const lines: unknown[] = [];
  const prints = [
    ['{"type":"note","port":1}\n', "ready", '{"n":1}\n{"n"', 20, ":2}\nno json\n{broken\n", '{"n":3}'],
  ];
  const at = await start({ prints, ends: [0] }, { onLine: (value) => lines.push(value) });
  await at.kept.ended;
  expect(at.kept.ready).toMatchObject({ port: 40_001, hotkey: "validator" });
  expect(lines).toEqual([{ type: "note", port: 1 }, { n: 1 }, { n: 2 }, { n: 3 }]);
  expect(at.notes).toEqual([]);
});

test("what dies is started again at its port, with growing pauses", async () => {
  const at = await start({ ends: ["SIGKILL", 1, null] });
  await expect.poll(() => at.notes, { timeout: 20_000 }).toHaveLength(4);
  expect(at.notes).toEqual([
    "validator died (SIGKILL); it is started again in 0.01 s",
    "validator runs again",
    "validator died (exit code 1); it is started again in 0.02 s",
    "validator runs again",
  ]);
  const log = await readFile(join(folder, "log"), "utf8");
  expect(log.match(/--port 40001/g)).toHaveLength(2);
});

test("what dies too often has failed, with what it complained about", async () => {
  const at = await start({ ends: [4], complains: "no room on the disk" });
  await expect(at.kept.ended).rejects.toThrow(
    "validator died (exit code 4: no room on the disk), 3 times in a row",
  );
  expect(at.pids).toHaveLength(4);
  expect(at.complaints.join("")).toContain("no room on the disk\n");
});

test("what gave up is not started again", async () => {
  const at = await start({ ends: [3], complains: "2 rounds in a row gave no tasks" });
  await expect(at.kept.ended).rejects.toMatchObject({
    code: "program-gave-up",
    message: "validator gave up (exit code 3: 2 rounds in a row gave no tasks)",
  });
  expect(at.pids).toHaveLength(1);
});

test("what may not end by itself is started again", async () => {
  const at = await start({ ends: [0, null] }, { mayEnd: false });
  await expect.poll(() => at.notes.at(-1), { timeout: 20_000 }).toBe("validator runs again");
});

test("what was never ready is an error at once, and does not live on", async () => {
  await expect(start({ prints: [[]], ends: [2], complains: "taoception: no sandbox" })).rejects.toMatchObject(
    {
      code: "failed-start",
      message: "validator could not start (exit code 2: no sandbox)",
    },
  );
  await expect(start({ prints: [[]] }, { readyMs: 400 })).rejects.toMatchObject({ code: "slow-start" });
  const pids = (await readFile(join(folder, "log"), "utf8")).match(/(?<="pid":)\d+/g) ?? [];
  expect(pids.map(Number).filter(alive)).toEqual([]);
});

test("a program that does not end when it is told to is killed with its group", async () => {
  const at = await start({ ignoresTerm: true });
  const since = Date.now();
  await at.kept[Symbol.asyncDispose]();
  expect(Date.now() - since).toBeLessThan(3_000);
  expect(at.pids.filter(alive)).toEqual([]);
  expect(at.notes).toEqual([]);
});

test("a signal during the start ends the program", async () => {
  const stop = new AbortController();
  const starting = start({ prints: [[]] }, {}, stop.signal);
  setTimeout(() => stop.abort(new Error("enough")), 300);
  await expect(starting).rejects.toThrow("enough");
});
