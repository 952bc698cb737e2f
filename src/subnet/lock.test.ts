import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../platform/index.ts";
import { holdHome } from "./lock.ts";
import { endEarlier, noteProcess, startOf } from "./processes.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "lock-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));
const signal = new AbortController().signal;

test("a home is held once, and given back", async () => {
  {
    await using _held = await holdHome(home);
    await expect(holdHome(home)).rejects.toMatchObject({ code: "home-in-use" });
  }
  await using _again = await holdHome(home);
  expect(await readdir(join(home, "lock"))).toHaveLength(1);
});

test("a lock whose process is gone, or whose pid is another's now, is taken over", async () => {
  for (const holder of ["4194304 1", `${process.pid} 1`, "", "nonsense"]) {
    const place = await mkdtemp(join(home, "home-"));
    await mkdir(join(place, "lock"));
    await writeFile(join(place, "lock", "100"), holder);
    await using _held = await holdHome(place);
    expect(await readdir(join(place, "lock"))).toEqual(["101"]);
  }
});

test("of many that want a dead one's home, one gets it", async () => {
  for (let round = 0; round < 10; round += 1) {
    await rm(join(home, "lock"), { recursive: true, force: true });
    await mkdir(join(home, "lock"));
    await writeFile(join(home, "lock", "7"), "4194304 1");
    const wanted = await Promise.allSettled(Array.from({ length: 8 }, () => holdHome(home)));
    const held = wanted.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    expect(held).toHaveLength(1);
    await held[0]?.[Symbol.asyncDispose]();
  }
  expect(await readdir(join(home, "lock"))).toHaveLength(1);
});

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
