import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Event } from "../../src/protocol/index.ts";
import { call, processesOf, type Running, run } from "./runUp.ts";
import { writeSampleProject } from "./sampleProject.ts";

const main = resolve(import.meta.dirname, "../../src/cli/main.ts");
let folder: string;
let project: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "story-"));
  project = await writeSampleProject(join(folder, "tallybook"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Wait until it is there; the run must not end before. */
async function until<T>(found: () => T | undefined | false, running: Running): Promise<T> {
  for (;;) {
    const value = found();
    if (value) return value;
    const { exitCode, signalCode } = running.child;
    if (exitCode !== null || signalCode !== null) throw new Error(running.stderr());
    await new Promise((done) => setTimeout(done, 100));
  }
}

test("a miner of one's own joins a running subnet by the README's steps, is asked, and earns", {
  timeout: 300_000,
}, async () => {
  const home = join(folder, "home");
  const quick = ["--deadline", "20", "--block-ms", "100", "--tempo", "20"];
  const subnet = run(["up", "--home", home, "--path", project, "--json", ...quick]);
  const told = (phrase: RegExp) => () => phrase.exec(subnet.stderr())?.[1];
  const chain = await until(told(/the chain answers at (\S+)/), subnet);
  const coldkey = await until(told(/a coldkey with funds .*: (\S+)/), subnet);
  const hotkey = join(folder, "my-hotkey");
  const made = await call(["wallet", "create", hotkey]);
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const address = made.stdout.trim();
  const onChain = ["--netuid", "1", "--hotkey", hotkey, "--coldkey", coldkey];
  const registered = await call(["chain", "register", "--url", chain, ...onChain]);
  expect(registered).toMatchObject({ code: 0, stderr: "" });
  expect(registered.stdout).toContain(`${address} now has uid 4`);

  const words = ["--home", join(folder, "my-miner"), "--keyfile", hotkey, "--chain", chain];
  const miner = spawn(process.execPath, [main, "miner", ...words, "--netuid", "1", "--local"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(miner, "exit");
  try {
    const asked = await until(
      () => subnet.events.find((event) => event.type === "challenge" && event.miner === address),
      subnet,
    );
    const of = (event: Event) => "miner" in event && event.miner === address;
    await until(() => subnet.events.find((event) => event.type === "score" && of(event)), subnet);
    const attempts = subnet.events.filter((event) => event.type === "attempt" && of(event));
    expect(attempts.length).toBeGreaterThan(0);
    for (const attempt of attempts)
      expect(attempt).toMatchObject({ round: "round" in asked ? asked.round : -1, agent: "repair" });
  } finally {
    miner.kill("SIGTERM");
    subnet.child.kill("SIGINT");
    await ended;
  }
  expect((await subnet.ended).code).toBe(0);
  expect(await processesOf(folder)).toEqual([]);
});
