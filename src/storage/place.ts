import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { Secret, startOf, TaoceptionError, writeAtomically } from "../platform/index.ts";

/** Linux refuses a Unix socket whose path has 108 bytes or more. */
const SOCKET_PATH_LIMIT = 108;
const LONGEST_NAME = ".s.PGSQL.5432.lock";
const PASSWD = "taoception:x:70:70::/:/bin/sh\n";

/** The folder of a home's server, with what every start of it needs. */
export async function openPlace(place: string): Promise<void> {
  await mkdir(place, { recursive: true, mode: 0o700 });
  await chmod(place, 0o700);
  // Within its own namespace the server is uid 70, and wants that to have a name.
  const passwd = join(place, "passwd");
  if ((await readFile(passwd, "utf8").catch(() => "")) !== PASSWD) await writeAtomically(passwd, PASSWD);
}

/** The password is made once, and lies beside the cluster, readable by its owner alone. */
export async function passwordOf(place: string): Promise<string> {
  const path = join(place, "password");
  const known = (await readFile(path, "utf8").catch(() => "")).trim();
  if (known !== "") return known;
  if (await exists(join(place, "data", "PG_VERSION")))
    throw new TaoceptionError(
      "no-password",
      `${path} is gone, and the database cannot be opened without it`,
      {
        mend: "put the file back, or remove the folder to begin anew",
      },
    );
  const beside = `${path}.${randomBytes(6).toString("hex")}.part`;
  await writeFile(beside, `${randomBytes(24).toString("hex")}\n`, { mode: 0o600, flush: true });
  try {
    await link(beside, path); // unlike a rename this leaves the one of another start that was first
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(beside, { force: true });
  }
  return (await readFile(path, "utf8")).trim();
}

/** Where the socket goes: into the place when the path is short enough, else into a private folder of its own. */
export async function openSockets(place: string): Promise<string> {
  const near = join(place, "run");
  if (Buffer.byteLength(join(near, LONGEST_NAME)) < SOCKET_PATH_LIMIT) {
    await mkdir(near, { recursive: true, mode: 0o700 });
    return near;
  }
  return mkdtemp(join(tmpdir(), "taoception-")); // has mode 0700
}

/** Remove a socket folder that is not in the place. */
export async function closeSockets(place: string, sockets: string): Promise<void> {
  if (/\/taoception-[^/]+$/.test(sockets) && sockets !== join(place, "run"))
    await rm(sockets, { recursive: true, force: true });
}

export function connectionTo(sockets: string, password: string): Secret<string> {
  // The host of the address is not used, but readers of such addresses want one.
  const host = encodeURIComponent(sockets);
  // PGSSLMODE in somebody's environment is meant for another server.
  return new Secret(
    `postgresql://taoception:${password}@localhost:5432/postgres?host=${host}&sslmode=disable`,
  );
}

const Holder = z.object({ pid: z.number(), started: z.string(), sockets: z.string() });
export type Holder = z.infer<typeof Holder>;

/** Note that this process owns the server; only for the one who has the lock. Cleans up after a killed owner. */
export async function writeHolder(place: string, sockets: string): Promise<void> {
  const before = await readHolder(place);
  if (before && before.sockets !== sockets) await closeSockets(place, before.sockets);
  const holder: Holder = { pid: process.pid, started: await startOf(process.pid), sockets };
  await writeAtomically(join(place, "holder.json"), JSON.stringify(holder), 0o600);
}

/** Who owned the server last. */
export async function readHolder(place: string): Promise<Holder | undefined> {
  try {
    return Holder.parse(JSON.parse(await readFile(join(place, "holder.json"), "utf8")));
  } catch {
    return undefined;
  }
}

export async function removeHolder(place: string): Promise<void> {
  await rm(join(place, "holder.json"), { force: true });
}

export async function lives({ pid, started }: Holder): Promise<boolean> {
  return (await startOf(pid)) === started;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
