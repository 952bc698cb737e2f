import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EventBody } from "../../src/protocol/index.ts";
import { call, of, processesOf, run } from "./runUp.ts";
import { writeSampleProject } from "./sampleProject.ts";

let folder: string;
let home: string;
let project: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "story-"));
  home = join(folder, "home");
  project = await writeSampleProject(join(folder, "tallybook"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const workersOf = async () => (await processesOf(home)).filter((each) => each.includes("main.ts worker "));

test("workers judge; those that are killed are missed by nobody, and one may join by hand", {
  timeout: 180_000,
}, async () => {
  const subnet = run([
    ...["up", "--home", home, "--path", project, "--rounds", "1", "--workers", "2", "--json"],
    ...["--deadline", "20", "--block-ms", "100", "--tempo", "20"],
  ]);
  const seen = (type: EventBody["type"]) =>
    expect.poll(() => of(subnet.events, type).length, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0);
  await seen("task");
  await expect.poll(async () => (await workersOf()).length, { timeout: 20_000 }).toBe(2);
  const joined = run(["worker", "--home", home, "--path", project, "--name", "by-hand"]);
  joined.child.stdout?.removeAllListeners("data");
  await seen("verdict");
  const killed = await workersOf();
  for (const each of killed) process.kill(Number(each.split(" ")[0]), "SIGKILL");
  expect(killed.length).toBeGreaterThanOrEqual(2);

  expect((await subnet.ended).code, subnet.stderr()).toBe(0);
  const patches = of(subnet.events, "attempt").filter(({ status }) => status === "patch");
  const verdicts = of(subnet.events, "verdict");
  expect(verdicts.map(({ task, miner }) => `${task} ${miner}`).toSorted()).toEqual(
    patches.map(({ task, miner }) => `${task} ${miner}`).toSorted(),
  );
  expect(verdicts.filter(({ verdict }) => verdict === "unscored")).toEqual([]);
  expect(of(subnet.events, "note").map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^worker-\d died \(SIGKILL/),
  );
  await joined.ended;
  await expect.poll(() => processesOf(home), { timeout: 5_000 }).toEqual([]);
  await expect(readFile(join(home, "validator", "queue"))).rejects.toThrow("ENOENT");
  expect(await call(["worker", "--home", home])).toMatchObject({
    ...{ code: 2, stderr: expect.stringMatching(/no validator runs in .*start it first/) },
  });
});
