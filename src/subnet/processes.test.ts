import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startOf, systemClock } from "../platform/index.ts";
import { endEarlier, noteProcess } from "./processes.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "processes-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));
const signal = new AbortController().signal;

test("programs of an earlier run are waited for", async () => {
  const child = spawn("sleep", ["0.5"], { detached: true, stdio: "ignore" });
  await noteProcess(home, "chain", child.pid ?? 0);
  let told = 0;
  await endEarlier(home, { clock: systemClock, onWait: () => (told += 1), signal });
  expect(await startOf(child.pid ?? 0)).toBe("");
  expect(told).toBe(1);
  await endEarlier(home, { clock: systemClock, onWait: () => (told += 1), signal });
  expect(told).toBe(1);
});

test("one that stays is killed; one that has only the same pid is left alone", async () => {
  const stays = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
  const stranger = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
  await noteProcess(home, "chain", stays.pid ?? 0);
  await writeFile(join(home, "programs"), `${stranger.pid} 1 chain\n`, { flag: "a" });
  let now = 0;
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      now += 10 * ms;
      return systemClock.sleep(10);
    },
  };
  await endEarlier(home, { clock, onWait: () => {}, signal });
  expect(await startOf(stays.pid ?? 0)).toBe("");
  expect(await startOf(stranger.pid ?? 0)).not.toBe("");
  stranger.kill("SIGKILL");
});
