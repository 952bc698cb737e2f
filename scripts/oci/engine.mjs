// A container engine of our own, for tests and benches: Podman as a service, with an image of this machine's Python.
//
//   node scripts/oci/engine.mjs        starts it, prints what to set, and ends it with Ctrl-C
//
// It needs `podman` and `runc` (apt-get install podman runc) and root; whoever has an engine sets TAOCEPTION_OCI and
// TAOCEPTION_IMAGE instead. Storage, socket and settings are in one folder, which goes with the engine.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { find, remove, run } from "../setup/run.mjs";
import { packImage } from "./image.mjs";

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
  const folder = mkdtempSync(join(tmpdir(), "taoception-engine-"));
  const settings = join(folder, "containers.conf");
  // cgroupfs and files: there need be no systemd; runc: it takes every cgroup layout; ulimits: those of root need rights
  writeFileSync(
    settings,
    '[containers]\ndefault_ulimits=["nofile=1024:1024","nproc=4096:4096"]\nnetns="none"\n[engine]\ncgroup_manager="cgroupfs"\nevents_logger="file"\n',
  );
  const env = { ...process.env, CONTAINERS_CONF: settings };
  const podman = [
    find("podman"),
    "--root",
    join(folder, "storage"),
    "--runroot",
    join(folder, "run"),
    "--runtime",
    find("runc"),
  ];
  const socket = join(folder, "engine.sock");
  let service;
  const close = async () => {
    if (service && service.exitCode === null) {
      const ended = new Promise((done) => service.once("exit", done));
      service.kill("SIGTERM");
      await Promise.race([ended, sleep(10_000)]);
    }
    await run([...podman, "rm", "--all", "--force", "--time", "0"], { env });
    await run([...podman, "unmount", "--all", "--force"], { env });
    await run(["umount", join(folder, "storage", "overlay")]);
    remove(folder);
  };
  try {
    mkdirSync(join(folder, "run"));
    const archive = join(folder, "image.tar");
    await packImage(archive);
    const { code, output } = await run([...podman, "import", archive, IMAGE], { env });
    if (code !== 0) throw new Error(`podman import: ${output.trim()}`);
    remove(archive);
    service = spawn(podman[0], [...podman.slice(1), "system", "service", "--time=0", `unix://${socket}`], {
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
