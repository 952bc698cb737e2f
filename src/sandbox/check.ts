import { type Check, runChild } from "../platform/index.ts";
import type { OciChoice, SandboxChoice } from "./choice.ts";
import { findInterpreter } from "./interpreter.ts";

const path = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

/** What protection this machine gives, one line each, with the exact step that mends what is missing. */
export async function checkSandbox(options: SandboxChoice = {}): Promise<Check[]> {
  if (options.backend === "oci") return (await import("./oci/check.ts")).checkOci(options);
  return [await checkBubblewrap(), await checkNamespaces(), await checkPython(options.interpreter)];
}

/** For a machine whose sandbox is bubblewrap: what container engine it has beside. */
export async function checkEngine(choice: Omit<OciChoice, "image">): Promise<Check> {
  return (await import("./oci/check.ts")).tellEngine(choice);
}

async function checkBubblewrap(): Promise<Check> {
  const name = "bubblewrap";
  const mend =
    process.platform === "linux"
      ? "apt-get install bubblewrap (0.7 or newer)"
      : "bubblewrap is for Linux alone: start Docker Desktop or a Podman machine, and set TAOCEPTION_SANDBOX=oci and TAOCEPTION_IMAGE=python:3.12-slim";
  try {
    const { stdout } = await runChild(["bwrap", "--version"], { env: path, timeoutMs: 10_000 });
    const version = /(\d+)\.(\d+)/.exec(stdout);
    const ok = version !== null && (Number(version[1]) > 0 || Number(version[2]) >= 7);
    return { name, ok, detail: stdout.trim(), ...(ok ? {} : { mend }) };
  } catch {
    return { name, ok: false, detail: "not found", mend };
  }
}

async function checkNamespaces(): Promise<Check> {
  const name = "namespaces";
  const mend =
    "allow user namespaces to bubblewrap. Ubuntu 23.10 and newer: write `abi <abi/4.0>, include <tunables/global> profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }` to /etc/apparmor.d/bwrap and run `systemctl reload apparmor`. Docker: start with --security-opt seccomp=unconfined --security-opt apparmor=unconfined. In a chroot: enter it by `unshare -m` and pivot_root instead";
  try {
    const user = process.getuid?.() === 0 ? [] : ["--unshare-user"];
    const tried = await runChild(
      [
        "bwrap",
        ...user,
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
        "--ro-bind",
        "/",
        "/",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "true",
      ],
      { env: path, timeoutMs: 10_000 },
    );
    const ok = tried.exitCode === 0;
    return {
      name,
      ok,
      detail: ok ? "user, pid, net and ipc namespaces" : tried.stderr.trim(),
      ...(ok ? {} : { mend }),
    };
  } catch {
    return { name, ok: false, detail: "bubblewrap could not be started", mend };
  }
}

async function checkPython(named?: string): Promise<Check> {
  try {
    const { path: found, version } = await findInterpreter(named);
    return { name: "sandbox python", ok: true, detail: `${found} ${version}` };
  } catch (error) {
    return {
      name: "sandbox python",
      ok: false,
      detail: (error as Error).message,
      mend: "apt-get install python3",
    };
  }
}
