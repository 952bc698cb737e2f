import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { runChild } from "../../platform/index.ts";
import { insideFile } from "../inside.ts";

const KEY_USERS = "/proc/key-users";

/** Whether the kernel keeps keys for a uid; most never have any, since only a job that asks for it gets a keyring. */
export function hasKeys(uid: number): boolean {
  // uid: usage keys/instantiated …
  const users = existsSync(KEY_USERS) ? readFileSync(KEY_USERS, "utf8") : ""; // a kernel without keys has no such file
  const keys = new RegExp(`^\\s*${uid}:\\s+\\d+ (\\d+)/`, "m").exec(users)?.[1] ?? "0";
  return keys !== "0";
}

/**
 * Empty the keyrings of a uid of the pool. They belong to a uid, not to a process, so what one job puts into them
 * the next job of that uid would find. False where something cannot be removed.
 */
export async function clearKeys(uid: number, { interpreter }: { interpreter: string }): Promise<boolean> {
  const dropped = ["--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"];
  const program = await readFile(insideFile("clear_keys.py"), "utf8");
  const cleared = await runChild(
    [
      ...(["/usr/bin/setpriv", `--reuid=${uid}`, `--regid=${uid}`, ...dropped, "--"] as const),
      ...[interpreter, "-I", "-S", "-c", program],
    ],
    { cwd: "/", env: {}, timeoutMs: 20_000 },
  );
  return cleared.exitCode === 0;
}

/**
 * What must stand before a job's argv so that it does not inherit the keyring of the session in which this program
 * was started (an SSH login has one, most containers and services do not); nothing where there is none, since it
 * costs the start of an interpreter.
 */
export async function ownKeyring({ interpreter }: { interpreter: string }): Promise<string[]> {
  const wrapper = [interpreter, "-I", "-S", "-c", await readFile(insideFile("own_keyring.py"), "utf8")] as [
    string,
    ...string[],
  ];
  const { stdout } = await runChild(wrapper, { cwd: "/", env: {}, timeoutMs: 20_000 });
  return stdout.trim() === "none" ? [] : wrapper;
}
