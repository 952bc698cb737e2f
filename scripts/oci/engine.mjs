// A container engine of our own, for tests and benches: Podman as a service, with an image of this machine's Python.
//
//   node scripts/oci/engine.mjs        starts it, prints what to set, and ends it with Ctrl-C
//
// It needs `podman` and `runc` (apt-get install podman runc) and root; whoever has an engine sets TAOCEPTION_OCI and
// TAOCEPTION_IMAGE instead. Storage, socket and settings are in one folder, which goes with the engine; the service
// ends with whoever started it, and what a killed one left goes at the next start.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { find, remove, run } from "../setup/run.mjs";
import { packImage } from "./image.mjs";

const PREFIX = "taoception-engine-";
const IMAGE = "localhost/taoception-test:latest";

/** What is missing for an engine of our own, in a sentence; undefined when it can be started. */
export function missingForEngine() {
  const missing = ["podman", "runc"].filter((name) => !find(name));
  if (missing.length) return `${missing.join(" and ")} not found: apt-get install ${missing.join(" ")}`;
  if (process.getuid?.() !== 0)
    return "it is started as root alone: name one of yours by TAOCEPTION_OCI and TAOCEPTION_IMAGE";
  return undefined;
}

/** Starts it; resolves to `{engine, image, podman, close}`, where `podman` are the words before a command of its own. */
export async function startEngine() {
  const missing = missingForEngine();
  if (missing) throw new Error(`no container engine of our own: ${missing}`);
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await clear(join(tmpdir(), name));
  }
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const settings = join(folder, "containers.conf");
  // cgroupfs and files: there need be no systemd; runc: it takes every cgroup layout; ulimits: those of root need rights
  writeFileSync(
    settings,
    '[containers]\ndefault_ulimits=["nofile=1024:1024","nproc=4096:4096"]\nnetns="none"\n[engine]\ncgroup_manager="cgroupfs"\nevents_logger="file"\n',
  );
  const env = { ...process.env, CONTAINERS_CONF: settings };
  const podman = podmanIn(folder);
  const socket = join(folder, "engine.sock");
  let service;
  const close = async () => {
    if (service && service.exitCode === null) {
      const ended = new Promise((done) => service.once("exit", done));
      service.kill("SIGTERM");
      await Promise.race([ended, sleep(10_000)]);
    }
    await clear(folder);
  };
  try {
    mkdirSync(join(folder, "run"));
    const archive = join(folder, "image.tar");
    await packImage(archive);
    const { code, output } = await run([...podman, "import", archive, IMAGE], { env });
    if (code !== 0) throw new Error(`podman import: ${output.trim()}`);
    remove(archive);
    const follow = find("setpriv") ? [find("setpriv"), "--pdeathsig", "TERM"] : [];
    const [program, ...words] = [...follow, ...podman];
    service = spawn(program, [...words, "system", "service", "--time=0", `unix://${socket}`], {
      env,
      stdio: "ignore",
    });
    await listening(socket, service);
    return { engine: `unix://${socket}`, image: IMAGE, podman, env, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const podmanIn = (folder) => [
  find("podman"),
  ...["--root", join(folder, "storage"), "--runroot", join(folder, "run"), "--runtime", find("runc")],
];

/** Removes what an engine left: containers, what watches them (conmon, for minutes more), mounts, files. */
async function clear(folder) {
  const env = { ...process.env, CONTAINERS_CONF: join(folder, "containers.conf") };
  await run([...podmanIn(folder), "rm", "--all", "--force", "--time", "0"], { env });
  await run([...podmanIn(folder), "unmount", "--all", "--force"], { env });
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    if (Number(pid) !== process.pid && commandOf(pid).includes(`${folder}/`)) kill(Number(pid));
  await run(["umount", join(folder, "storage", "overlay")]);
  remove(folder);
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // it has ended
  }
}

function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it ended at this very moment
  }
}

async function listening(socket, service) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (service.exitCode !== null) throw new Error(`podman system service ended with ${service.exitCode}`);
    const open =
      existsSync(socket) &&
      (await new Promise((resolve) => {
        const connection = connect(socket, () => resolve(true)).on("error", () => resolve(false));
        connection.on("connect", () => connection.destroy());
      }));
    if (open) return;
    await sleep(50);
  }
  throw new Error("podman's service did not listen within 10 s");
}

if (import.meta.main) {
  const { engine, image, close } = await startEngine();
  process.stdout.write(`export TAOCEPTION_OCI=${engine} TAOCEPTION_IMAGE=${image}\n`);
  const asleep = setInterval(() => {}, 60_000);
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => {
      clearInterval(asleep);
      void close();
    });
}
