import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { Problem } from "./problem.mjs";
import { find } from "./run.mjs";

/**
 * Wait until no other set-up works on this clone; returns an open file that stands for the turn. It is the kernel's
 * lock: never stale, gone with the last process that has the file open. So a child that writes into the clone is
 * given it too, and one that outlives a killed set-up still keeps the next from writing at the same time.
 */
export function takeTurn(path) {
  const flock = find("flock", `${process.env.PATH ?? ""}:/usr/bin:/bin`);
  if (!flock) throw new Problem("flock was not found", { mend: ["install util-linux"] });
  const file = openSync(path, "a");
  const lock = (...options) => spawnSync(flock, [...options, "3"], { stdio: ["ignore", 2, 2, file] }).status;
  const busy = 75;
  let status = lock("-n", "-E", String(busy));
  if (status === busy) {
    process.stderr.write("set-up: another set-up is at work in this clone; waiting for it\n");
    status = lock();
  }
  if (status !== 0) throw new Problem(`${path} could not be locked`, { code: 1 });
  return file;
}
