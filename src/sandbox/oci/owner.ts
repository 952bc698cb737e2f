import { readFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { FOLDER_NAME } from "./binds.ts";
import { answer, type Engine } from "./engine.ts";

const LABEL = "taoception.sandbox";

/** Who made a container: machine, process, and when that process began, since numbers come again. */
export function labelsOf(): Record<string, string> {
  return { [LABEL]: `${hostname()} ${process.pid} ${startOf(process.pid)}` };
}

/** Clock ticks from boot to the start of a process; empty where that cannot be told. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function lives(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return start === "" || startOf(pid) === start;
}

/** Names of the containers that this process made and that are still there. */
export async function ownContainers({ docker }: Engine): Promise<string[]> {
  const filters = { label: Object.entries(labelsOf()).map(([name, value]) => `${name}=${value}`) };
  const found = await answer(docker.listContainers({ all: true, filters }), "list containers");
  return found.map(({ Names, Id }) => (Names[0] ?? Id).replace(/^\//, ""));
}

/** Remove the containers and folders of processes of this machine that are no more. */
export async function sweep({ docker }: Engine): Promise<void> {
  const filters = { label: [LABEL] };
  const found = await answer(docker.listContainers({ all: true, filters }), "list containers");
  await Promise.all(
    found.map(async ({ Id, Labels }) => {
      const [host, pid = "", start = ""] = (Labels[LABEL] ?? "").split(" ");
      if (host !== hostname() || lives(Number(pid), start)) return;
      await docker
        .getContainer(Id)
        .kill()
        .catch(() => {}); // it may have ended; asked to remove it, Podman would wait ten seconds
      await docker
        .getContainer(Id)
        .remove({ force: true, v: true })
        .catch(() => {}); // another process was quicker
    }),
  );
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const pid = name.startsWith(FOLDER_NAME) ? Number(name.slice(FOLDER_NAME.length).split("-")[0]) : 0;
    if (pid > 0 && !lives(pid, ""))
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
}
