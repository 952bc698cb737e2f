import { readdir, readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { openSandbox } from "../../src/sandbox/index.ts";
import { inside, limits, makeGround } from "./probes.ts";

/** What this process and its children hold: growth of any of them from job to job is a leak. */
export interface Held {
  megabytes: number;
  descriptors: number;
  processes: number;
  templateMegabytes: number;
  templateDescriptors: number;
  /** Keys that the kernel holds for the template's uid, where it has one of its own. */
  keys: number;
}

/** Run many short jobs, one in `jailEvery` under bubblewrap alone, and tell what was held before and after. */
export async function steady(
  count: number,
  { jailEvery = 10, atOnce = 4 } = {},
): Promise<{ before: Held; after: Held; seconds: number }> {
  await using ground = await makeGround();
  await using sandbox = await openSandbox();
  await using template = await sandbox.openTemplate({
    ...ground.spec,
    preload: [],
    program: inside("quick.py"),
  });
  const one = async (number: number) => {
    if (number % jailEvery === 0) {
      const done = await sandbox.run({ argv: ["/bin/echo", `${number}`], limits });
      if (done.stdout !== `${number}\n`) throw new Error(JSON.stringify(done));
    }
    const done = await template.run({ lower: ground.lower, files: {}, input: number, limits });
    if (done.exitCode !== 0 || done.reports[0] !== number) throw new Error(JSON.stringify(done));
  };
  const all = async (from: number, to: number) => {
    let next = from;
    const worker = async () => {
      while (next < to) await one(next++);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  };
  await all(0, 50); // lazy parts and caches are filled
  const before = await held();
  const started = performance.now();
  await all(50, 50 + count);
  const seconds = (performance.now() - started) / 1000;
  return { before, after: await held(), seconds };
}

async function held(): Promise<Held> {
  await wait(300); // ended processes and keys are cleared away by the kernel in its own time
  globalThis.gc?.();
  const below = await descendants(process.pid);
  const python = await Promise.all(
    below.map(async (pid) => ((await commandOf(pid)).includes("template.py") ? pid : 0)),
  );
  const template = Math.max(0, ...python);
  return {
    megabytes: await residentOf(process.pid),
    descriptors: (await readdir("/proc/self/fd")).length,
    processes: below.length,
    templateMegabytes: await residentOf(template),
    templateDescriptors: (await readdir(`/proc/${template}/fd`)).length,
    keys: await keysOf(template),
  };
}

async function descendants(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (const task of await readdir(`/proc/${pid}/task`).catch(() => []))
    for (const child of (await readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => ""))
      .split(" ")
      .filter(Boolean)
      .map(Number))
      found.push(child, ...(await descendants(child)));
  return found;
}

const commandOf = (pid: number) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");

async function residentOf(pid: number): Promise<number> {
  const pages = Number((await readFile(`/proc/${pid}/statm`, "utf8")).split(" ")[1]);
  return Math.round((pages * 4096) / 1024 / 1024);
}

async function keysOf(pid: number): Promise<number> {
  const uid = /^Uid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1];
  if (uid === `${process.getuid?.()}`) return 0;
  const users = await readFile("/proc/key-users", "utf8").catch(() => "");
  return Number(new RegExp(`^\\s*${uid}:\\s+\\d+ (\\d+)/`, "m").exec(users)?.[1] ?? 0);
}
