import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { holdHome } from "./holdHome.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "lock-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test("a home is held once, and given back", async () => {
  {
    await using _held = await holdHome(home);
    expect(await readFile(join(home, "pid"), "utf8")).toBe(`${process.pid}\n`);
    await expect(holdHome(home)).rejects.toMatchObject({ code: "home-in-use" });
  }
  await expect(readFile(join(home, "pid"))).rejects.toMatchObject({ code: "ENOENT" });
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
