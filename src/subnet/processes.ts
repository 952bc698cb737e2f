import { appendFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, startOf } from "../platform/index.ts";

/** Note in the home that a program was started, so that the next run can see it out if this one is killed. */
export async function noteProcess(home: string, name: string, pid: number): Promise<void> {
  await appendFile(join(home, "programs"), `${pid} ${await startOf(pid)} ${name}\n`, { mode: 0o600 });
}

const GRACE_MS = 15_000;

/**
 * Wait until the programs of an earlier run of this home have ended: they do by themselves when the one that
 * started them is gone. Those that do not are killed.
 */
export async function endEarlier(
  home: string,
  { clock, onWait, signal }: { clock: Clock; onWait: () => void; signal: AbortSignal },
): Promise<void> {
  const path = join(home, "programs");
  const lines = (await readFile(path, "utf8").catch(() => "")).split("\n");
  const noted = lines.flatMap((line) => {
    const [pid, start] = line.split(" ");
    return pid && start ? [{ pid: Number(pid), start }] : [];
  });
  const living = async () => {
    const starts = await Promise.all(noted.map(({ pid }) => startOf(pid)));
    return noted.filter(({ start }, at) => starts[at] === start);
  };
  const until = clock.now() + GRACE_MS;
  let told = false;
  for (let left = await living(); left.length > 0; left = await living()) {
    if (!told) onWait();
    told = true;
    if (clock.now() > until) for (const { pid } of left) killGroupOf(pid);
    await clock.sleep(100, signal);
  }
  await rm(path, { force: true });
}

/** Each program leads a process group of its own. */
function killGroupOf(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // it ended at this very moment
  }
}
