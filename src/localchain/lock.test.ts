import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdFolder } from "./lock.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "chain-lock-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

test("a dead process's lock is taken over, by one of many", async () => {
  const folder = join(home, "lock");
  for (let turn = 1; turn <= 20; turn += 1) {
    const holds = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(() => holdFolder(folder)));
    expect(holds.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const hold of holds)
      if (hold.status === "rejected") expect(hold.reason).toMatchObject({ code: "home-in-use" });
    const [claim, ...others] = await readdir(folder);
    expect([claim, others]).toEqual([`chain.lock.${turn}`, []]);
    // this very process holds it: give its pid another start, as if it had been given to somebody else
    await writeFile(join(folder, `chain.lock.${turn}`), turn % 2 ? `${process.pid} 1` : "");
  }
});
