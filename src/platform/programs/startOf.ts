import { readFile } from "node:fs/promises";

/** When a process began, in clock ticks since boot; "" when there is none. A pid alone may have been given anew. */
export async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === "Z" ? "" : (fields[18] ?? ""); // a zombie has ended, whoever has not yet looked
}
