import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { setTimeout as wait } from "node:timers/promises";

/** What this process and its children hold: growth of any of them from job to job is a leak. */
export interface Held {
  megabytes: number;
  /** What of it is in use, once garbage was collected (with --expose-gc). */
  heapMegabytes: number;
  descriptors: number;
  processes: number;
  templateMegabytes: number;
  templateDescriptors: number;
  mounts: number;
  /** What we have in the machine's temporary folder. */
  files: number;
  /** Control groups of ours. */
  groups: number;
  /** Keys that the kernel holds for the template's uid, where it has one of its own. */
  keys: number;
}

/** What is held now. */
export async function held(): Promise<Held> {
  await wait(300); // ended processes and keys are cleared away by the kernel in its own time
  globalThis.gc?.();
  const below = await descendants(process.pid);
  const python = await Promise.all(
    below.map(async (pid) => ((await commandOf(pid)).includes("template.py") ? pid : 0)),
  );
  const template = Math.max(0, ...python);
  return {
    megabytes: await residentOf(process.pid),
    heapMegabytes: Math.round(process.memoryUsage().heapUsed / 1024 / 1024),
    descriptors: (await readdir("/proc/self/fd")).length,
    processes: below.length,
    templateMegabytes: await residentOf(template),
    templateDescriptors: (await readdir(`/proc/${template}/fd`)).length,
    mounts: ours((await readFile("/proc/self/mountinfo", "utf8")).split("\n")).length,
    files: ours(await readdir(tmpdir())).length,
    groups: await groups("/sys/fs/cgroup"),
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

/** Whatever is named after this process: others work on this machine too. */
const ours = (names: readonly string[]) =>
  names.filter((name) => /taoception/.test(name) && name.includes(`${process.pid}`));

/** Control groups of this process, wherever they are. */
async function groups(folder: string, depth = 0): Promise<number> {
  let found = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory()) continue;
    if (ours([entry.name]).length > 0) found += await countIn(`${folder}/${entry.name}`);
    else if (depth < 2) found += await groups(`${folder}/${entry.name}`, depth + 1);
  }
  return found;
}

async function countIn(folder: string): Promise<number> {
  const below = (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter((each) =>
    each.isDirectory(),
  );
  const counts = await Promise.all(below.map(({ name }) => countIn(`${folder}/${name}`)));
  return counts.reduce((sum, each) => sum + each, 1);
}
