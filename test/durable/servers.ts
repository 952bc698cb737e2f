import { readdir, readFile } from "node:fs/promises";

/** Kill the Postgres servers of a home, as the machine might; the home's owner starts them again. */
export async function killServers(home: string): Promise<void> {
  for (const server of await serversOf(home)) process.kill(server, "SIGKILL");
}

/** The servers (not the processes of single connections) whose command line names the folder. */
export async function serversOf(folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const [program = "", ...rest] = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split(
      "\0",
    );
    if (program.endsWith("/bin/postgres") && rest.some((part) => part.includes(folder)))
      found.push(Number(pid));
  }
  return found;
}
