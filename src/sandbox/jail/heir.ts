import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

let heir: { process: ChildProcess; environment: Record<string, string> } | undefined;
const path = { PATH: "/usr/local/bin:/usr/bin:/bin" };

/**
 * The environment to start bubblewrap with, so that it does not outlive this process: a shell outlives it, and then
 * kills what has this entry. bubblewrap's own `--die-with-parent` holds only once it, and later its pid 1, have come
 * so far as to ask for it. Jobs get an environment of their own, without it.
 */
export function heirloom(): Readonly<Record<string, string>> {
  if (heir === undefined || heir.process.exitCode !== null || heir.process.signalCode !== null)
    heir = start();
  return heir.environment;
}

function start() {
  const [name, value] = ["TAOCEPTION_SANDBOX_OF", randomUUID()];
  const script = fileURLToPath(new URL("heir.sh", import.meta.url));
  const child = spawn("/bin/sh", [script, `${name}=${value}`], {
    stdio: ["pipe", "ignore", "ignore"], // the pipe ends with us
    env: path,
    cwd: "/",
    detached: true, // what is sent to our group must not take it before us
  });
  child.on("error", () => {}); // where there is no shell, `--die-with-parent` stands alone
  child.stdin?.on("error", () => {});
  child.unref();
  (child.stdin as unknown as { unref(): void } | null)?.unref();
  return { process: child, environment: { [name]: value } };
}
