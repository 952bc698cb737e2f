import { type ChildProcess, spawn } from "node:child_process";
import { lstatSync, openSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import type { Duplex, Readable, Writable } from "node:stream";
import { killGroup, TaoceptionError } from "../../platform/index.ts";
import type { Limits, Mount } from "../contract.ts";
import { heirloom } from "./heir.ts";
import type { Identity } from "./identity.ts";
import { bounded, rlimits, templateRlimits } from "./rlimits.ts";

/** What a jailed process is made of; every path in `mounts[].at` and `cwd` is absolute inside. */
export interface Jail {
  argv: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  mounts: readonly Mount[];
  limits: Limits;
  identity: Identity;
  /** Host folder that is the sandbox's /etc. */
  etc: string;
  /** Host folders that are empty inside. */
  emptied: readonly string[];
  /** A template keeps what it needs to enter namespaces of its own and drops it itself. */
  entering: "job" | "template";
  /** Whether the child gets a private two-way channel on fd 3. */
  channel: boolean;
}

export interface Jailed {
  child: ChildProcess;
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  channel: Duplex | undefined;
  /** Host pid of the sandbox's pid 1, once bubblewrap has told it. */
  init: Promise<number | undefined>;
  /** Resolves when everything is gone. `status` is bubblewrap's word for the job's exit; absent when it never began. */
  ended: Promise<{ status: number | undefined; signal: NodeJS.Signals | null }>;
  kill(): void;
}

/** Start a process in namespaces of its own under bubblewrap. Throws only when bubblewrap cannot be started. */
export function startJail(jail: Jail): Promise<Jailed> {
  const channelFd = 3;
  const [statusFd, argsFd, firstDataFd] = jail.channel ? [4, 5, 6] : [3, 4, 5];
  const data = filesOf(jail);
  const child = spawn("bwrap", ["--args", String(argsFd), "--", ...command(jail)], {
    // bwrap itself is found by this path; the job's environment is cleared and set through the argument pipe
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...heirloom() },
    cwd: "/",
    detached: true,
    stdio: closing(Array((firstDataFd as number) + data.length).fill("pipe")),
  });
  const pipe = (fd: number) => child.stdio[fd] as Duplex;
  return new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(
        new TaoceptionError("no-sandbox", "bubblewrap could not be started", {
          cause,
          mend: "apt-get install bubblewrap",
        }),
      ),
    );
    child.once("spawn", () => {
      for (const stream of child.stdio) stream?.on("error", () => {}); // the other end may go at any time
      const handed = data.map(({ at, executable }, index) => ({
        at,
        executable,
        fd: (firstDataFd as number) + index,
      }));
      feed(pipe(argsFd as number), `${options(jail, statusFd as number, handed).join("\0")}\0`);
      for (const [index, { bytes }] of data.entries()) feed(pipe((firstDataFd as number) + index), bytes);
      const told = readStatus(pipe(statusFd as number));
      let left = true;
      const kill = () => {
        if (left) killGroup(child);
        void told.init.then(killInit);
      };
      child.once("exit", (_code, signal) => {
        if (signal !== null) kill(); // its child may not have come so far as to die with it
        left = false; // the group's number may be given anew from now on
      });
      resolve({
        child,
        stdin: pipe(0),
        stdout: pipe(1),
        stderr: pipe(2),
        channel: jail.channel ? pipe(channelFd) : undefined,
        init: told.init,
        ended: new Promise((done) => {
          child.once("close", (_code, signal) => done({ status: told.status(), signal }));
        }),
        kill,
      });
    });
  });
}

/**
 * bubblewrap's pid 1 dies with bubblewrap once it is set up. Until then it is killed with bubblewrap's process group,
 * which it leaves shortly before; should neither hold, nothing else would end it, so it is killed itself.
 */
function killInit(pid: number | undefined): void {
  try {
    const name = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    if (pid !== undefined && name.startsWith("bwrap\0")) process.kill(pid, "SIGKILL"); // not one that got its number
  } catch {
    // it is gone, as it should be
  }
}

let inherited: { fds: number[]; nothing: number } | undefined;

/**
 * Descriptors that this process got from whoever started it go on to every child, and with them perhaps a
 * file or a socket that no job may have: each is replaced by /dev/null. (Node's own are closed on exec.)
 */
function closing(stdio: "pipe"[]): ("pipe" | "ignore" | number)[] {
  inherited ??= {
    fds: readdirSync("/proc/self/fdinfo")
      .map(Number)
      .filter((fd) => fd > 2 && !closedOnExec(fd)),
    nothing: openSync("/dev/null", "r"),
  };
  const all: ("pipe" | "ignore" | number)[] = [...stdio];
  for (const fd of inherited.fds) {
    if (fd < stdio.length) continue;
    while (all.length < fd) all.push("ignore");
    all[fd] = inherited.nothing;
  }
  return all;
}

function closedOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & 0o2000000) !== 0;
  } catch {
    return true; // it was the descriptor of this very listing
  }
}

function feed(pipe: Duplex, bytes: string | Uint8Array): void {
  pipe.resume();
  pipe.end(bytes);
}

interface Handed {
  at: string;
  bytes: string | Uint8Array;
  executable: boolean;
}

/** A mounted file up to this size is handed over as bytes. */
const HANDED_BYTES = 4 * 1024 * 1024;

/**
 * Single files go in as bytes: the job's uid can read them however closed they are, and no writer outside changes
 * them under a running job. Large ones that everybody may read, and folders, are bound.
 */
function filesOf({ mounts, identity }: Jail): Handed[] {
  return mounts.flatMap(({ from, at, writable }): Handed[] => {
    const stats = writable ? undefined : statSync(from);
    if (!stats?.isFile()) return [];
    if (stats.size > HANDED_BYTES && (identity.kind === "user" || (stats.mode & 0o4) !== 0)) return [];
    return [{ at, bytes: readFileSync(from), executable: (stats.mode & 0o111) !== 0 }];
  });
}

function readStatus(pipe: Duplex) {
  let text = "";
  let status: number | undefined;
  const init = new Promise<number | undefined>((resolve) => {
    pipe.setEncoding("utf8");
    pipe.on("data", (chunk: string) => {
      text += chunk;
      const pid = /"child-pid": (\d+)/.exec(text)?.[1];
      const code = /"exit-code": (\d+)/.exec(text)?.[1];
      if (pid) resolve(Number(pid));
      if (code) status = Number(code);
    });
    pipe.on("close", () => resolve(undefined));
  });
  return { init, status: () => status };
}

/** The program with its limits: set inside, so that as an ordinary user the process limit counts the sandbox alone. */
function command({ argv, limits, identity, entering }: Jail): string[] {
  if (entering === "template")
    return ["/usr/bin/prlimit", ...bounded(templateRlimits(limits)), "--", ...argv];
  const drop =
    identity.kind === "pool"
      ? [
          "/usr/bin/setpriv",
          `--reuid=${identity.uid}`,
          `--regid=${identity.uid}`,
          "--clear-groups",
          "--no-new-privs",
          "--inh-caps=-all",
          "--bounding-set=-all",
        ]
      : [];
  return [
    "/usr/bin/prlimit",
    ...bounded(rlimits(limits)),
    "--",
    ...drop,
    ...(drop.length ? ["--"] : []),
    ...argv,
  ];
}

function options(
  jail: Jail,
  statusFd: number,
  handed: readonly (Omit<Handed, "bytes"> & { fd: number })[],
): string[] {
  const { limits, identity, env, mounts, cwd, etc, emptied, entering } = jail;
  const disk = String(Math.max(4096, Math.floor(limits.diskBytes)));
  return [
    ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--unshare-cgroup-try"],
    ...(identity.kind === "user"
      ? ["--unshare-user", "--uid", "1000", "--gid", "1000"]
      : keptAsRoot(entering)),
    ...["--hostname", "sandbox", "--die-with-parent", "--new-session", "--clearenv"],
    ...["--json-status-fd", String(statusFd)],
    ...ancestors(mounts.map(({ at }) => at)),
    ...system(),
    ...emptied.flatMap((folder) => ["--size", "4096", "--perms", "0755", "--tmpfs", folder]),
    // root's are closed to the job as they are
    ...(identity.kind === "user" ? emptied.flatMap((folder) => ["--remount-ro", folder]) : []),
    ...["--ro-bind", etc, "/etc"],
    ...["--proc", "/proc", "--dev", "/dev"],
    ...["--size", disk, "--perms", "1777", "--tmpfs", "/dev/shm"],
    ...["--size", disk, "--perms", "1777", "--tmpfs", "/tmp"],
    ...mounts
      .filter(({ at }) => !handed.some((file) => file.at === at))
      .flatMap(({ from, at, writable }) => [writable ? "--bind" : "--ro-bind", from, at]),
    ...handed.flatMap(({ at, fd, executable }) => [
      ...["--perms", executable ? "0755" : "0644"],
      ...["--ro-bind-data", String(fd), at],
    ]),
    ...(entering === "template" ? ["--dir", "/work", "--dir", "/stage"] : []),
    // bubblewrap's own tmpfs under / and /dev have no size of their own
    ...["--remount-ro", "/dev", "--remount-ro", "/"],
    ...Object.entries({ ...baseEnvironment, ...env }).flatMap(([name, value]) => ["--setenv", name, value]),
    ...["--chdir", cwd],
  ];
}

/** Every folder above a mount, readable by the job's uid: bubblewrap makes those it must invent root's alone. */
function ancestors(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const parts = path.split("/").filter(Boolean).slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth += 1) folders.add(`/${parts.slice(0, depth).join("/")}`);
  }
  for (const name of ["usr", "bin", "sbin", "lib", "lib64", "lib32"]) folders.delete(`/${name}`); // the system's own
  return [...folders].flatMap((folder) => ["--perms", "0755", "--dir", folder]);
}

/** Real root sets up the mounts, then setpriv (or the template itself) drops everything before any foreign code. */
function keptAsRoot(entering: Jail["entering"]): string[] {
  const kept = [
    "CAP_SETUID",
    "CAP_SETGID",
    "CAP_SETPCAP",
    ...(entering === "template" ? ["CAP_SYS_ADMIN"] : []),
  ];
  return ["--cap-drop", "ALL", ...kept.flatMap((name) => ["--cap-add", name])];
}

export const baseEnvironment = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: "/tmp",
  TMPDIR: "/tmp",
  LANG: "C.UTF-8",
  PYTHONDONTWRITEBYTECODE: "1",
};

/** The system's programs, and nothing else of the host. */
function system(): string[] {
  const roots = ["/bin", "/sbin", "/lib", "/lib64", "/lib32"].flatMap((path) => {
    try {
      return lstatSync(path).isSymbolicLink()
        ? ["--symlink", readlinkSync(path), path]
        : ["--ro-bind", path, path];
    } catch {
      return []; // not every system has all of them
    }
  });
  return [...["--ro-bind", "/usr", "/usr"], ...roots];
}
