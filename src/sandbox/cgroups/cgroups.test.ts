import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { openSandbox } from "../sandbox.ts";
import { checkLimits } from "./check.ts";
import { findPlaces, type Place } from "./places.ts";
import { openCgroups } from "./pool.ts";

const mebibyte = 1024 * 1024;
const limits = { memoryBytes: 64 * mebibyte, processes: 12, diskBytes: 4096 };
const places = findPlaces();
const real = test.skipIf(places.length === 0);

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A Python that waits for a line before it runs its code. */
function waiting(code: string): ChildProcess & { pid: number } {
  const argv = ["-I", "-c", `import sys\nsys.stdin.readline()\n${code}`];
  const child = spawn("/usr/bin/python3", argv, { stdio: ["pipe", "pipe", "ignore"] });
  children.push(child);
  return child as ChildProcess & { pid: number };
}

const groupsIn = (all: readonly Place[], word: string) =>
  all.flatMap(({ folder }) =>
    readdirSync(folder).filter((name) => name.startsWith(`taoception.`) && name.includes(word)),
  );
const ours = (all = places) => groupsIn(all, `.${process.pid}.`);

async function until(holds: () => boolean): Promise<void> {
  for (let left = 100; left > 0 && !holds(); left -= 1) await sleep(20);
  expect(holds()).toBe(true);
}

real(
  "the kernel itself holds a group to its memory and its processes, and the group is used again",
  async () => {
    const pool = openCgroups(places);
    const held = pool.take(limits);
    if (!held) throw new Error("no group");
    const greedy = waiting("kept = bytearray(b'1') * (400 << 20)\nprint('had it', flush=True)");
    held.enter(Promise.resolve(greedy.pid));
    await until(() => inGroups(greedy.pid));
    expect(held.killed()).toBe(false);
    const ended = once(greedy, "close");
    greedy.stdin?.end("\n");
    expect(await ended).toEqual([null, "SIGKILL"]);
    if (places.some(({ limits: what }) => what.includes("memory"))) expect(held.killed()).toBe(true);
    held.release();
    await sleep(1);

    const again = pool.take(limits);
    const forks = waiting(`import os, time
children = 0
try:
    while children < 100:
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
        children += 1
except OSError:
    pass
print(children, flush=True)
`);
    again?.enter(Promise.resolve(forks.pid));
    await until(() => inGroups(forks.pid));
    expect(ours()).toHaveLength(places.length); // the same group, used again
    forks.stdin?.end("\n");
    const [said] = (await once(forks.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    expect(Number(said)).toBe(limits.processes + 8 - 1);
    const folder = places.find(({ limits: what }) => what.includes("pids"))?.folder ?? "";
    for (const pid of members(join(folder, ours()[0] ?? ""))) process.kill(pid, "SIGKILL");
    await once(forks, "close");
    again?.release();
    await until(() => !ours().some((name) => members(join(folder, name)).length > 0));
    await pool.close();
    expect(ours()).toEqual([]);
  },
);

function inGroups(pid: number): boolean {
  const text = readFileSync(`/proc/${pid}/cgroup`, "utf8");
  return text.split("/taoception.").length - 1 === places.length;
}
function members(folder: string): number[] {
  return readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
}

real(
  "what a killed process left behind is removed by the next, and what a living one has is not",
  async () => {
    const program = `
    import { openCgroups } from ${JSON.stringify(new URL("pool.ts", import.meta.url).href)};
    import { findPlaces } from ${JSON.stringify(new URL("places.ts", import.meta.url).href)};
    openCgroups(findPlaces()).take(${JSON.stringify(limits)});
    console.log("made");
    setInterval(() => {}, 1000);
  `;
    const other = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(other);
    await once(other.stdout, "data");
    const theirs = () => groupsIn(places, `.${other.pid}.`);
    expect(theirs()).toHaveLength(places.length);
    openCgroups(places);
    expect(theirs()).toHaveLength(places.length);
    other.kill("SIGKILL");
    await once(other, "close");
    openCgroups(places);
    expect(theirs()).toEqual([]);
  },
);

real("jobs and templates of a sandbox are in groups, and none is left of them", async () => {
  const sandbox = await openSandbox();
  const job = { wallMs: 20_000, cpuSeconds: 20, outputBytes: mebibyte, ...limits, diskBytes: mebibyte };
  const argv = ["/bin/sh", "-c", "sleep 0.1; cat /proc/self/cgroup"] as const;
  const told = await Promise.all([1, 2].map(() => sandbox.run({ argv, limits: job })));
  for (const { stdout } of told) expect(stdout.match(/taoception\.\d+\.\d+/g)).toHaveLength(places.length);
  expect(new Set(ours()).size).toBe(2);
  const allocate = `kept = bytearray(b'1') * (400 << 20)`;
  const greedy = await sandbox.run({ argv: [sandbox.interpreter, "-c", allocate], limits: job });
  expect(greedy).toMatchObject({ exitCode: null, signal: "SIGKILL", exceeded: "memory" });
  expect(new Set(ours()).size).toBe(2);
  const folder = await mkdtemp(join(tmpdir(), "taoception-groups-"));
  await chmod(folder, 0o755);
  await writeFile(join(folder, "program.py"), "def main(input, report):\n    pass\n");
  await sandbox.openTemplate({
    ...{ preload: [], pythonPath: [], mounts: [], lowers: folder, program: join(folder, "program.py") },
    limits: job,
  });
  for (const place of places)
    await until(() => ours([place]).some((name) => members(join(place.folder, name)).length >= 2));
  await sandbox[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
  expect(ours()).toEqual([]);
  expect((await checkLimits()).detail).toContain("and cgroup v");
});

test.skipIf(!places.some(({ limits: what }) => what.includes("cpu")))(
  "a job with many busy sessions leaves its neighbour half of the processors",
  async () => {
    await using sandbox = await openSandbox();
    const room = { memoryBytes: 512 * mebibyte, processes: 80, diskBytes: mebibyte };
    const job = { wallMs: 60_000, cpuSeconds: 60, outputBytes: mebibyte, ...room };
    const run = (code: string, signal?: AbortSignal) =>
      sandbox.run({ argv: [sandbox.interpreter, "-c", code], limits: job }, signal ? { signal } : {});
    const honest = `import time
time.sleep(0.5)
began = time.monotonic()
for each in range(8_000_000): pass
print(time.monotonic() - began)`;
    const greedy = `import os, time
for each in range(60):
    if os.fork() == 0:
        os.setsid()
        while True: pass
time.sleep(50)`;
    const seconds = async () => Number((await run(honest)).stdout);
    const slower: number[] = [];
    for (let tries = 0; tries < 3 && !slower.some((ratio) => ratio < 4); tries += 1) {
      const byItself = await seconds(); // beside whatever else the machine has to do
      const over = new AbortController();
      const ended = run(greedy, over.signal).catch(() => {});
      await sleep(1_000);
      slower.push((await seconds()) / byItself);
      over.abort();
      await ended;
    }
    expect(slower.some((ratio) => ratio < 4)).toBe(true); // 1 to 2; 9 without groups
  },
);

const unified = /^\S+ \S+ \S+ \/ (\S+) .* - cgroup2 /m.exec(
  readFileSync("/proc/self/mountinfo", "utf8"),
)?.[1];

test.skipIf(!unified || process.getuid?.() !== 0)(
  "a group of version 2 is made, entered and removed",
  async () => {
    // without limits, as the controllers may be version 1's on this machine
    const place: Place = { version: 2, folder: unified ?? "", limits: [] };
    const pool = openCgroups([place]);
    const held = pool.take(limits);
    const child = waiting("");
    held?.enter(Promise.resolve(child.pid));
    const inside = () => ours([place]).some((name) => members(join(place.folder, name)).includes(child.pid));
    await until(inside);
    child.stdin?.end("\n");
    await once(child, "close");
    expect(held?.killed()).toBe(false);
    held?.release();
    await pool.close();
    await until(() => ours([place]).length === 0);
  },
);

test("without a place nothing is done, and the doctor says so", async () => {
  const pool = openCgroups([]);
  expect(pool.take(limits)).toBeUndefined();
  await pool.close();
  expect(await checkLimits([])).toMatchObject({
    ok: true,
    detail: "rlimits, tmpfs sizes and watcher; cgroup: not writable here",
  });
  const nowhere: Place[] = [{ version: 2, folder: "/nowhere", limits: ["memory", "pids"] }];
  expect(openCgroups(nowhere).take(limits)).toBeUndefined();
  expect((await checkLimits(nowhere)).detail).toContain("; cgroup v2: ENOENT");
});

const v2 = "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
const v1 = [
  "31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
  "32 24 0:28 /docker/abc /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids",
  "34 24 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct",
  "33 24 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
].join("\n");
const app = "/user.slice/user-1000.slice/user@1000.service/app.slice";

/** The places that a machine with these files has, where all under `mine` may be written. */
function placesOf(files: Record<string, string>, mine: string) {
  const at = (path: string) => files[path] ?? null;
  return findPlaces({ read: at, mayWrite: (path) => path.startsWith(mine) });
}

test("version 2: the nearest group that hands on memory and pids, if it is ours and no limit lies between", () => {
  const files = {
    "/proc/self/mountinfo": v2,
    "/proc/self/cgroup": `0::${app}/term.scope\n`,
    [`/sys/fs/cgroup${app}/term.scope/cgroup.subtree_control`]: "\n",
    [`/sys/fs/cgroup${app}/term.scope/memory.max`]: "max\n",
    [`/sys/fs/cgroup${app}/cgroup.subtree_control`]: "memory pids\n",
  };
  const mine = `/sys/fs/cgroup${app}`;
  expect(placesOf(files, mine)).toEqual([{ version: 2, folder: mine, limits: ["memory", "pids"] }]);
  expect(placesOf(files, `${mine}/term.scope`)).toEqual([]);
  const shared = { ...files, [`/sys/fs/cgroup${app}/cgroup.subtree_control`]: "cpu memory pids\n" };
  expect(placesOf(shared, mine)).toMatchObject([{ folder: mine, limits: ["memory", "pids", "cpu"] }]);
  const limited = { ...files, [`/sys/fs/cgroup${app}/term.scope/memory.max`]: "1073741824\n" };
  expect(placesOf(limited, mine)).toEqual([]);
  const withoutPids = { ...files, [`/sys/fs/cgroup${app}/cgroup.subtree_control`]: "memory cpu\n" };
  expect(placesOf(withoutPids, mine)).toEqual([]);
  expect(placesOf({ "/proc/self/mountinfo": v2, "/proc/self/cgroup": "0::/../outside\n" }, "/")).toEqual([]);
  expect(placesOf({}, "/")).toEqual([]);
});

test("version 1: memory, pids and cpu each where they are mounted, in our own group", () => {
  const own = "9:pids:/docker/abc/x\n5:cpu,cpuacct:/\n4:memory:/service\n0::/\n";
  const files = { "/proc/self/mountinfo": v1, "/proc/self/cgroup": own };
  const memory: Place = { version: 1, folder: "/sys/fs/cgroup/memory/service", limits: ["memory"] };
  const pids: Place = { version: 1, folder: "/sys/fs/cgroup/pids/x", limits: ["pids"] };
  const cpu: Place = { version: 1, folder: "/sys/fs/cgroup/cpu", limits: ["cpu"] };
  expect(placesOf(files, "/sys")).toEqual([memory, pids, cpu]);
  expect(placesOf(files, "/sys/fs/cgroup/pids")).toEqual([pids]);
  expect(placesOf(files, "/elsewhere")).toEqual([]);
  const unmounted = { ...files, "/proc/self/cgroup": "9:pids:/docker/other\n4:memory:/service\n" };
  expect(placesOf(unmounted, "/sys")).toEqual([memory]);
});
