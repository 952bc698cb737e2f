import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { z } from "zod";
import { type Logger, Secret, TaoceptionError, writeAtomically } from "../platform/index.ts";
import { findNative, type Native } from "./native.ts";

export interface Postgres extends AsyncDisposable {
  /** For `openStorage` and `openDurable`. */
  connection: Secret<string>;
  /** True when another process owns the server: it ends with that one. */
  adopted: boolean;
}

/** Linux refuses a Unix socket whose path has 108 bytes or more. */
const SOCKET_PATH_LIMIT = 108;
const SOCKET = ".s.PGSQL.5432";
/** What `flock` answers when somebody else holds the lock. */
const LOCKED = 75;
const READY_MS = 60_000;
const STOP_MS = 30_000;

/** One small server for one machine: little memory, few processes, and no log of what goes well. */
const settings: Record<string, string> = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  max_connections: "30",
  shared_buffers: "24MB",
  work_mem: "4MB",
  maintenance_work_mem: "16MB",
  max_wal_size: "64MB",
  min_wal_size: "16MB",
  wal_level: "minimal",
  max_wal_senders: "0",
  wal_compression: "on",
  wal_buffers: "1MB",
  max_worker_processes: "0",
  max_parallel_workers: "0",
  max_parallel_workers_per_gather: "0",
  max_logical_replication_workers: "0",
  max_replication_slots: "0",
  io_method: "sync",
  jit: "off",
  huge_pages: "off",
  autovacuum_max_workers: "1",
  autovacuum_worker_slots: "1",
  autovacuum_naptime: "5min",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  log_min_messages: "warning",
  idle_in_transaction_session_timeout: "60s",
};

/**
 * Postgres for a home: our own server under `<home>/postgres`, made when new, recovered when it was killed;
 * or, with `databaseUrl`, the server there. Our own listens on a Unix socket alone, has no network, ends with
 * this process however that ends, and is stopped by disposing (terminal signals do not reach it).
 * A server of this home that runs already is adopted with `adopt`, else it is TaoceptionError `postgres-in-use`.
 */
export async function openPostgres(options: {
  home: string;
  logger: Logger;
  signal?: AbortSignal;
  databaseUrl?: string | Secret<string>;
  adopt?: boolean;
}): Promise<Postgres> {
  const { logger, signal, databaseUrl } = options;
  if (databaseUrl !== undefined) {
    const connection = typeof databaseUrl === "string" ? new Secret(databaseUrl) : databaseUrl;
    await answer(connection).catch((cause: unknown) => {
      throw new TaoceptionError("no-postgres", "the database server of DATABASE_URL does not answer", {
        cause,
        mend: "check the address, user and password, and that the server runs",
        retryable: true,
      });
    });
    return { connection, adopted: true, [Symbol.asyncDispose]: async () => {} };
  }
  const place = join(resolve(options.home), "postgres");
  await mkdir(place, { recursive: true, mode: 0o700 });
  await chmod(place, 0o700);
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted();
    const started = await startServer(place, { logger, ...(signal && { signal }) });
    if (started !== "locked") return started;
    const held = await holderOf(place);
    if (held && options.adopt && (await answers(held.connection)))
      return { connection: held.connection, adopted: true, [Symbol.asyncDispose]: async () => {} };
    // A killed owner's server lives on for a moment; one whose owner lives is not going away.
    if ((held && (await startOf(held.pid)) === held.started) || tries >= 40) throw inUse(place, held?.pid);
    await wait(100, undefined, signal ? { signal } : {});
  }
}

function inUse(place: string, pid: number | undefined): TaoceptionError {
  return new TaoceptionError(
    "postgres-in-use",
    `the database in ${place} is in use${pid === undefined ? "" : ` by process ${pid}`}`,
    { mend: "stop that process, or choose another home" },
  );
}

async function startServer(
  place: string,
  { logger, signal }: { logger: Logger; signal?: AbortSignal },
): Promise<Postgres | "locked"> {
  const native = await findNative(join(place, "native"));
  const password = await passwordOf(place);
  // Within the program's own namespace it is uid 70, which needs a name.
  await writeFile(join(place, "passwd"), "taoception:x:70:70::/:/bin/sh\n");
  const sockets = await socketFolder(place);
  const log = await open(join(place, "server.log"), "a", 0o600);
  const child = spawn("flock", argvOf(place, native, sockets.folder), {
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LC_ALL: "C",
      TZ: "UTC",
      LD_LIBRARY_PATH: native.libraries.join(":"),
    },
    stdio: ["ignore", log.fd, log.fd, "pipe"],
    detached: true, // a group and session of its own: Ctrl-C is for us alone, we still have a last write
  });
  const ended = new Promise<number | null>((done, fail) => {
    child.once("error", fail).once("exit", done);
  }).finally(() => sockets.remove());
  ended.catch(() => {});
  await log.close();
  const connection = connectionTo(sockets.folder, password);
  let server: number;
  try {
    server = await Promise.race([firstProcess(child), ended.then(() => Promise.reject(new Error("ended")))]);
    const gone = ended.then(async () => {
      throw new Error("it ended while starting");
    });
    await Promise.race([ready(connection, signal), gone]);
  } catch (cause) {
    const running = child.exitCode === null && child.signalCode === null && child.pid !== undefined;
    if (running) child.kill("SIGKILL");
    const code = await ended.catch(() => null);
    if (code === LOCKED) return "locked";
    signal?.throwIfAborted();
    throw await startFailure(place, cause);
  }
  await writeAtomically(
    join(place, "server.json"),
    JSON.stringify({ pid: process.pid, started: await startOf(process.pid), sockets: sockets.folder }),
    0o600,
  );
  let stopping = false;
  void ended.then(async () => {
    if (!stopping) logger.error({ log: await tail(place) }, "the database server ended by itself");
  });
  child.unref();
  (child.stdio[3] as { unref?: () => void } | null)?.unref?.();
  return {
    connection,
    adopted: false,
    [Symbol.asyncDispose]: async () => {
      if (stopping) return void (await ended);
      stopping = true;
      child.ref();
      signalServer(server, "SIGINT"); // Postgres's fast shutdown: sessions end, everything is written
      const late = setTimeout(() => signalServer(server, "SIGQUIT"), STOP_MS);
      const tooLate = setTimeout(() => child.kill("SIGKILL"), STOP_MS + 5_000);
      await ended;
      clearTimeout(late);
      clearTimeout(tooLate);
      await rm(join(place, "server.json"), { force: true });
    },
  };
}

/**
 * `flock` becomes bubblewrap, whose processes inherit the lock: it is free exactly when the last of them is
 * gone, so nothing stale can remain. Inside, the server is process 1 of its own process namespace: when it
 * dies the kernel ends all its children.
 */
function argvOf(place: string, native: Native, sockets: string): string[] {
  const script = fileURLToPath(new URL("start-postgres.sh", import.meta.url));
  return [
    ...["--nonblock", "--conflict-exit-code", `${LOCKED}`, "--no-fork", join(place, "lock")],
    ...[
      "bwrap",
      "--unshare-user",
      "--uid",
      "70",
      "--gid",
      "70",
      "--unshare-pid",
      "--unshare-ipc",
      "--unshare-net",
    ],
    ...["--die-with-parent", "--new-session", "--as-pid-1", "--info-fd", "3"],
    ...["--dev-bind", "/", "/", "--proc", "/proc", "--tmpfs", "/dev/shm"],
    ...["--ro-bind", join(place, "passwd"), "/etc/passwd"],
    ...["/bin/sh", script, native.bin, place, sockets],
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

/** The server's process id as we see it, from what bubblewrap tells about its child. */
async function firstProcess(child: ChildProcess): Promise<number> {
  const info = child.stdio[3] as NodeJS.ReadableStream;
  let text = "";
  for await (const chunk of info) {
    text += String(chunk);
    if (text.includes("}")) break;
  }
  return z.object({ "child-pid": z.number().int().positive() }).parse(JSON.parse(text))["child-pid"];
}

function signalServer(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it is gone already
  }
}

async function startFailure(place: string, cause: unknown): Promise<TaoceptionError> {
  if ((cause as NodeJS.ErrnoException).code === "ENOENT")
    return new TaoceptionError("missing-program", "the program `flock` was not found", {
      cause,
      mend: "install util-linux and bubblewrap",
    });
  const log = await tail(place);
  return new TaoceptionError("no-postgres", `the database server did not start: ${log}`, {
    cause,
    mend: /bwrap/.test(log)
      ? "install bubblewrap, and allow it user namespaces (see doctor)"
      : `see ${join(place, "server.log")}, or give the address of another server as DATABASE_URL`,
  });
}

async function tail(place: string): Promise<string> {
  const text = await readFile(join(place, "server.log"), "utf8").catch(() => "");
  return text.trim().split("\n").slice(-5).join(" | ").slice(-2_000);
}

/** The password is made once, and lies beside the cluster, readable by its owner alone. */
async function passwordOf(place: string): Promise<string> {
  const path = join(place, "password");
  const read = () => readFile(path, "utf8").catch(() => "");
  const known = (await read()).trim();
  if (known !== "") return known;
  if (await exists(join(place, "data", "PG_VERSION")))
    throw new TaoceptionError(
      "no-password",
      `${path} is gone, and the database cannot be opened without it`,
      {
        mend: "put the file back, or remove the folder to begin anew",
      },
    );
  const file = await open(path, "wx", 0o600).catch(() => null); // else another start is just making it
  if (file) {
    await file.writeFile(`${randomBytes(24).toString("hex")}\n`);
    await file.sync();
    await file.close();
  }
  return (await read()).trim();
}

/** In the home when the path is short enough for a socket, else a private folder under the system's temporary one. */
async function socketFolder(place: string): Promise<{ folder: string; remove: () => Promise<void> }> {
  const near = join(place, "run");
  if (Buffer.byteLength(join(near, `${SOCKET}.lock`)) < SOCKET_PATH_LIMIT) {
    await mkdir(near, { recursive: true, mode: 0o700 });
    return { folder: near, remove: async () => {} };
  }
  const before = await holderOf(place); // a killed owner could not remove its own
  if (before && (await startOf(before.pid)) !== before.started && /\/taoception-[^/]+$/.test(before.sockets))
    await rm(before.sockets, { recursive: true, force: true });
  const folder = await mkdtemp(join(tmpdir(), "taoception-")); // mode 0700
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

function connectionTo(sockets: string, password: string): Secret<string> {
  return new Secret(
    `postgresql://taoception:${password}@localhost:5432/postgres?host=${encodeURIComponent(sockets)}`,
  );
}

const Holder = z.object({ pid: z.number(), started: z.string(), sockets: z.string() });

/** Who holds this home's server, as written when it was ready; it may be dead. */
async function holderOf(
  place: string,
): Promise<(z.infer<typeof Holder> & { connection: Secret<string> }) | undefined> {
  try {
    const holder = Holder.parse(JSON.parse(await readFile(join(place, "server.json"), "utf8")));
    const password = (await readFile(join(place, "password"), "utf8")).trim();
    return { ...holder, connection: connectionTo(holder.sockets, password) };
  } catch {
    return undefined;
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

async function answer(connection: Secret<string>): Promise<void> {
  const client = new pg.Client({ connectionString: connection.reveal(), connectionTimeoutMillis: 5_000 });
  client.on("error", () => {}); // a server that goes away in between shows in the query
  try {
    await client.connect();
    await client.query("select 1");
  } finally {
    await client.end().catch(() => {});
  }
}

async function answers(connection: Secret<string>): Promise<boolean> {
  return answer(connection).then(
    () => true,
    () => false,
  );
}

/** When a process began, in clock ticks since boot; "" when there is none. A pid alone may have been given anew. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
