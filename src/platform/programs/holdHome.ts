import { randomBytes } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../blobs.ts";
import { TaoceptionError } from "../errors.ts";
import { startOf } from "./startOf.ts";

const FREE = "free";

/**
 * Hold a home: one live program a folder. Held by another process: TaoceptionError `home-in-use`. A holder that is
 * gone (its pid is free, or belongs to a process that started later) counts for nothing. While it is held, the file
 * `pid` in it has this process's number in a line, for whoever wants to end or watch it.
 *
 * The lock with the highest number counts. To take the home is to make the next number, which one alone can; the
 * highest is never removed, so that whoever was slow and made a lower one sees that it came too late.
 */
export async function holdHome(home: string): Promise<AsyncDisposable> {
  const folder = join(home, "lock");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const beside = join(folder, `${randomBytes(8).toString("hex")}.new`);
  await writeFile(beside, `${process.pid} ${await startOf(process.pid)}`, { mode: 0o600 });
  try {
    for (let tries = 0; tries < 20; tries += 1) {
      const last = Math.max(0, ...(await numbers(folder)));
      await refuseHeld(join(folder, String(last)), home);
      const own = join(folder, String(last + 1));
      if (!(await linked(beside, own))) continue;
      const all = await numbers(folder);
      if (Math.max(...all) > last + 1) await rm(own, { force: true });
      else {
        for (const lower of all.filter((number) => number <= last))
          await rm(join(folder, String(lower)), { force: true });
        const told = join(home, "pid");
        await writeAtomically(told, `${process.pid}\n`);
        return {
          [Symbol.asyncDispose]: async () => {
            await rm(told, { force: true });
            await free(own);
          },
        };
      }
    }
  } finally {
    await rm(beside, { force: true });
  }
  throw new TaoceptionError("home-in-use", `${home} is being started by somebody else at this moment`);
}

async function numbers(folder: string): Promise<number[]> {
  return (await readdir(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
}

async function refuseHeld(path: string, home: string): Promise<void> {
  const holder = await readFile(path, "utf8").catch(() => FREE);
  const [pid = "", start = ""] = holder.split(" ");
  if (start === "" || (await startOf(Number(pid))) !== start) return;
  throw new TaoceptionError("home-in-use", `${home} is in use by process ${pid}`, {
    mend: "stop that one, or choose another folder with --home",
  });
}

/** A hard link appears with its whole content, or not at all when the name is taken. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

/** A home that was removed meanwhile needs no freeing, and whoever died without it is found to be gone. */
async function free(path: string): Promise<void> {
  const beside = `${path}.free`;
  await writeFile(beside, FREE)
    .then(() => rename(beside, path))
    .catch(() => {});
}
