import { randomBytes } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startOf, TaoceptionError } from "../platform/index.ts";

const CLAIM = /^chain\.lock\.(\d+)$/;

/**
 * Hold a chain's folder: one process at a time. A lock whose process is gone (its pid is free, or belongs to a
 * process that started later) is taken over. Held by another: TaoceptionError `home-in-use`.
 *
 * Claims are numbered, and the highest one counts. Who finds it given up makes the next one, which only one can; so
 * no lock is ever removed that somebody else may just have taken.
 */
export async function holdFolder(folder: string): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const claim = (number: number) => join(folder, `chain.lock.${number}`);
  const own = join(folder, `chain.lock.${randomBytes(6).toString("hex")}.part`);
  await writeFile(own, `${process.pid} ${await startOf(process.pid)}`, { mode: 0o600 });
  try {
    for (let tries = 0; tries < 20; tries += 1) {
      const highest = (await claims(folder)).at(-1) ?? 0;
      const holder = await readFile(claim(highest), "utf8").catch(() => "");
      if (holder !== "" && (await lives(holder)))
        throw new TaoceptionError("home-in-use", `${folder} is in use by process ${holder.split(" ")[0]}`, {
          mend: "stop that one, or choose another folder",
        });
      const mine = highest + 1;
      if (!(await linked(own, claim(mine)))) continue; // somebody else was quicker
      const now = await claims(folder);
      if (now.at(-1) !== mine) {
        await rm(claim(mine), { force: true }); // several were, and the first of them has cleared up
        continue;
      }
      for (const older of now) if (older < mine) await rm(claim(older), { force: true });
      // an empty claim is given up; it stays, so that numbers only ever rise
      return { [Symbol.asyncDispose]: () => writeFile(claim(mine), "") };
    }
  } finally {
    await rm(own, { force: true });
  }
  throw new TaoceptionError("home-in-use", `${folder} is being taken by somebody else at this moment`);
}

/** The numbers of a folder's claims, rising. */
async function claims(folder: string): Promise<number[]> {
  const numbers = (await readdir(folder)).flatMap((name) => CLAIM.exec(name)?.[1] ?? []);
  return numbers.map(Number).sort((a, b) => a - b);
}

/** Give a file a second name, whole at once; false when that name is taken. */
async function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
}

async function lives(holder: string): Promise<boolean> {
  const [pid = "", start = ""] = holder.split(" ");
  if (start !== "") return (await startOf(Number(pid))) === start;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
