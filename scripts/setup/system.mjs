import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { textOf } from "./places.mjs";
import { explainFailure, Problem } from "./problem.mjs";
import { showing } from "./progress.mjs";
import { find, run } from "./run.mjs";

const isRoot = process.getuid?.() === 0;
/** As the sandbox itself looks for programs, not as the person's shell does. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export function bubblewrap() {
  return find("bwrap", PATH);
}

/** Install what the system must give: by apt-get as root, else by the person, who is told the exact command. */
export async function bringPackages(names) {
  if (names.length === 0) return;
  const [command, note] = installCommand(names);
  if (!isRoot || command[0] !== "apt-get")
    throw new Problem(`${names.join(" and ")} ${names.length > 1 ? "are" : "is"} missing`, {
      mend: [command.length > 0 ? asRoot(command.join(" ")) : note],
    });
  await showing(names.join(" and "), async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const install = [...command, "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"];
    if ((await run(install, { env })).code === 0) return;
    // A fresh machine has no package lists yet, or old ones.
    const update = await run(["apt-get", "update"], { env });
    const { code, output } = await run(install, { env });
    if (code !== 0) throw explainFailure(names.join(" and "), `${update.output}\n${output}`);
  });
}

/** The line that a person types to run a command as root. */
function asRoot(command) {
  if (isRoot) return command;
  return find("sudo") ? `sudo ${command}` : `su -c "${command}"`;
}

function installCommand(names) {
  if (find("apt-get", PATH)) return [["apt-get", "install", "-y", ...names]];
  const plain = names.map((name) => (name === "python3-venv" ? "python3" : name));
  if (find("dnf", PATH)) return [["dnf", "install", "-y", ...plain]];
  if (find("zypper", PATH)) return [["zypper", "install", "-y", ...plain]];
  if (find("pacman", PATH)) return [["pacman", "-S", ...plain.map((n) => (n === "python3" ? "python" : n))]];
  return [[], `install ${names.join(" and ")} with your system's package manager`];
}

const PROFILE = "/etc/apparmor.d/bwrap";
/** Newer Ubuntus come with this one: bubblewrap may work, what runs inside it may not make namespaces again. */
const STRICTER = "/etc/apparmor.d/bwrap-userns-restrict";

/** See that bubblewrap can do its work here; on Ubuntu ≥ 23.10 give it the AppArmor profile it needs for that. */
export async function allowNamespaces() {
  const first = await tryNamespaces();
  if (first.ok) return;
  if (textOf("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").trim() === "1") {
    const steps = [
      ["cp", fileURLToPath(new URL("./bwrap.apparmor", import.meta.url)), PROFILE],
      ...(existsSync(STRICTER) ? [["ln", "-sf", STRICTER, "/etc/apparmor.d/disable/"]] : []),
      ["apparmor_parser", "-r", PROFILE],
    ];
    // A policy that somebody else wrote is only changed by hand.
    const ours = isRoot && !existsSync(PROFILE) && !existsSync(STRICTER);
    if (ours) for (const step of steps) await run(step);
    if (ours && (await tryNamespaces()).ok) return;
    throw new Problem("AppArmor forbids user namespaces to bubblewrap", {
      mend: steps.map((step) => asRoot(step.join(" "))),
      detail: first.detail,
    });
  }
  throw new Problem("bubblewrap cannot make namespaces here, and untrusted code is never run without them", {
    mend: namespaceAdvice(),
    detail: first.detail,
  });
}

/** The namespaces that the sandbox uses, one inside the other, as a user that is not root. */
async function tryNamespaces() {
  const inner = ["unshare", "--user", "--map-root-user", "--mount", "true"];
  const dropped = ["setpriv", "--reuid=91000", "--regid=91000", "--clear-groups", "--no-new-privs", ...inner];
  const outer = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--ro-bind", "/", "/", "--proc", "/proc"];
  const argv = isRoot
    ? [...outer, "--dev", "/dev", ...dropped]
    : ["--unshare-user", ...outer, "--dev", "/dev", ...inner];
  const { code, output } = await run([bubblewrap() ?? "bwrap", ...argv], { cwd: "/" });
  return { ok: code === 0, detail: output.trim() };
}

function namespaceAdvice() {
  if (textOf("/proc/sys/kernel/unprivileged_userns_clone").trim() === "0")
    return [asRoot("sysctl -w kernel.unprivileged_userns_clone=1")];
  if (textOf("/proc/sys/user/max_user_namespaces").trim() === "0")
    return [asRoot("sysctl -w user.max_user_namespaces=15000")];
  return [
    "in a container: start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined",
    "in a chroot: enter it by `unshare -m` and pivot_root instead",
  ];
}
