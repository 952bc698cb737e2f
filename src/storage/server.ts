import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { z } from "zod";
import { type Secret, TaoceptionError } from "../platform/index.ts";
import type { Native } from "./native.ts";
import { settings } from "./settings.ts";

/** A running server. `ended` resolves when the last of its processes is gone. */
export interface Server {
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** What `flock` answers when somebody else holds the lock. */
const LOCKED = 75;
const READY_MS = 120_000;
const STOP_MS = 30_000;
const LOG_BYTES = 1024 * 1024;

/**
 * Start the server of a place and wait until it takes queries; "locked" when one runs already. `onHeld` is
 * called once the lock is ours, before the server is ready.
 */
export async function startServer(
  {
    place,
    sockets,
    connection,
    native,
  }: { place: string; sockets: string; connection: Secret<string>; native: Native },
  { onHeld, signal }: { onHeld: () => Promise<void>; signal?: AbortSignal | undefined },
): Promise<Server | "locked"> {
  const log = await openLog(place);
  const child = spawn("flock", argvOf(place, native, sockets), {
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LC_ALL: "C",
      TZ: "UTC",
      LD_LIBRARY_PATH: native.libraries.join(":"),
    },
    stdio: ["ignore", log.fd, log.fd, "pipe"],
    detached: true, // a session of its own: Ctrl-C is for us alone, who still have a last write
  });
  const code = new Promise<number | null>((done, fail) => child.once("error", fail).once("exit", done));
  const early = code.then(() => Promise.reject(new Error("it ended while it started")));
  early.catch(() => {});
  let pid: number | undefined;
  try {
    pid = await Promise.race([serverPid(child), early]);
    await Promise.race([onHeld(), early]);
    await Promise.race([ready(connection, signal), early]);
    child.unref();
    (child.stdio[3] as unknown as { destroy(): void }).destroy();
    const server = pid;
    return { ended: code.then(() => {}), stop: () => stop(child, server, code) };
  } catch (cause) {
    // Bubblewrap ends after the server and all its children have; killed itself, it would end before them.
    if (pid !== undefined) send(pid, "SIGKILL");
    else if (child.pid !== undefined) child.kill("SIGKILL");
    if ((await code.catch(() => null)) === LOCKED) return "locked";
    signal?.throwIfAborted();
    throw failure(place, await tail(place, log.from), cause);
  } finally {
    await log.close();
  }
}

/**
 * `flock` becomes bubblewrap, whose processes inherit the lock: it is free exactly when the last of them is
 * gone, so nothing stale can remain. Inside, the server is process 1 of a process namespace: when it dies the
 * kernel ends all its children, and it dies when bubblewrap's parent (we) does.
 */
function argvOf(place: string, native: Native, sockets: string): string[] {
  const script = fileURLToPath(new URL("start-postgres.sh", import.meta.url));
  return [
    ...["--nonblock", "--conflict-exit-code", `${LOCKED}`, "--no-fork", join(place, "lock"), "bwrap"],
    ...["--unshare-user", "--uid", "70", "--gid", "70", "--unshare-pid", "--unshare-ipc", "--unshare-net"],
    ...["--die-with-parent", "--new-session", "--as-pid-1", "--info-fd", "3"],
    ...["--dev-bind", "/", "/", "--proc", "/proc", "--tmpfs", "/dev/shm"],
    ...["--ro-bind", join(place, "passwd"), "/etc/passwd"],
    ...["/bin/sh", script, native.bin, place, sockets],
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

/** The server's process id as we see it, from what bubblewrap tells about its child. */
async function serverPid(child: ChildProcess): Promise<number> {
  let text = "";
  for await (const chunk of child.stdio[3] as NodeJS.ReadableStream) {
    text += String(chunk);
    if (text.includes("}")) break;
  }
  return z.object({ "child-pid": z.number().int().positive() }).parse(JSON.parse(text))["child-pid"];
}

/** Fast shutdown: sessions end, all is written. Then harder, when it takes too long. */
async function stop(child: ChildProcess, pid: number, code: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  send(pid, "SIGINT");
  const harder = setTimeout(() => send(pid, "SIGQUIT"), STOP_MS);
  const hardest = setTimeout(() => send(pid, "SIGKILL"), STOP_MS + 5_000);
  await code;
  clearTimeout(harder);
  clearTimeout(hardest);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it is gone already
  }
}

/** Wait until the server takes queries: it refuses while it recovers. */
async function ready(connection: Secret<string>, signal: AbortSignal | undefined): Promise<void> {
  const until = performance.now() + READY_MS;
  for (let pause = 10; ; pause = Math.min(100, pause * 1.3)) {
    try {
      return await answer(connection);
    } catch (error) {
      if (performance.now() > until) throw error;
      await wait(pause, undefined, signal ? { signal } : {});
    }
  }
}

/** Resolves when a server answers a query there. */
export async function answer(connection: Secret<string>): Promise<void> {
  const client = new pg.Client({ connectionString: connection.reveal(), connectionTimeoutMillis: 5_000 });
  client.on("error", () => {}); // a server that goes away in between shows in the query
  try {
    await client.connect();
    await client.query("select 1");
  } finally {
    await client.end().catch(() => {});
  }
}

async function openLog(place: string): Promise<{ fd: number; from: number; close: () => Promise<void> }> {
  const path = join(place, "server.log");
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES) await rename(path, `${path}.old`);
  const file = await open(path, "a", 0o600);
  return { fd: file.fd, from: size > LOG_BYTES ? 0 : size, close: () => file.close() };
}

/** The last lines that the server wrote since `from`. */
export async function tail(place: string, from = 0): Promise<string> {
  const text = await readFile(join(place, "server.log")).catch(() => Buffer.alloc(0));
  return text.subarray(from).toString("utf8").trim().split("\n").slice(-5).join(" | ").slice(-2_000);
}

function failure(place: string, log: string, cause: unknown): TaoceptionError {
  if ((cause as NodeJS.ErrnoException).code === "ENOENT")
    return new TaoceptionError("missing-program", "the program `flock` was not found", {
      cause,
      mend: "install util-linux and bubblewrap",
    });
  return new TaoceptionError("no-postgres", `the database server did not start: ${log}`, {
    cause,
    mend: /bwrap/.test(log)
      ? "install bubblewrap, and allow it user namespaces (see doctor)"
      : `see ${join(place, "server.log")}, or give the address of another server as DATABASE_URL`,
  });
}
