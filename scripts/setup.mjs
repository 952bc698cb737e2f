// Everything that Taoception needs on this machine, from a bare clone: run by `npm start`, `npm test` and the
// rest before they begin. Needs Node 18 and npm, imports nothing but Node, changes nothing when nothing is to do.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bringModules, bringRuntime } from "./setup/modules.mjs";
import { INTEGRITY, jsonOf, places as placesOf, textOf, VERSIONS } from "./setup/places.mjs";
import { Problem } from "./setup/problem.mjs";
import { canRun, find } from "./setup/run.mjs";
import { allowNamespaces, bringPackages, bubblewrap } from "./setup/system.mjs";
import { bringUv, systemPython, uvOnPath, venvIsThere } from "./setup/uv.mjs";

const places = placesOf();

/** Make the machine ready; at most one set-up works on a clone at a time. Resolves to the exit code. */
export async function setUp() {
  try {
    if (isDone()) return 0;
    checkMachine();
    mkdirSync(places.runtime, { recursive: true });
    return takeTurn();
  } catch (error) {
    return tell(error);
  }
}

async function work() {
  try {
    if (isDone()) return 0; // another set-up did it while we waited
    const [python, onPath] = await Promise.all([systemPython(), uvOnPath()]);
    const uv = onPath ?? places.uv;
    await bringPackages(await missingPackages(python, uv));
    await allowNamespaces();
    await bringRuntime(places);
    if (!canRun(uv)) await bringUv(places, python ?? (await systemPython()));
    await bringModules(places);
    const stamp = { of: fingerprint(), uv };
    writeFileSync(`${places.stamp}.part`, JSON.stringify(stamp));
    renameSync(`${places.stamp}.part`, places.stamp);
    return 0;
  } catch (error) {
    return tell(error);
  }
}

async function missingPackages(python, uv) {
  const missing = [];
  if (!bubblewrap()) missing.push("bubblewrap");
  if (!python) missing.push("python3");
  if (!canRun(uv) && !(python && (await venvIsThere(python)))) missing.push("python3-venv");
  return missing;
}

/** What decides whether a finished set-up still holds; who runs it is in it, for namespaces are not everyone's. */
function fingerprint() {
  const parts = [
    JSON.stringify(VERSIONS),
    String(process.getuid?.() === 0),
    textOf(places.lock),
    textOf(join(places.modules, ".package-lock.json")),
    textOf(join(places.runtime, "node_modules", ".package-lock.json")),
  ];
  return createHash("sha256").update(parts.join("\0")).digest("hex");
}

function isDone() {
  const stamp = jsonOf(places.stamp);
  return (
    typeof stamp?.uv === "string" &&
    canRun(places.node) &&
    canRun(stamp.uv) &&
    bubblewrap() !== undefined &&
    stamp.of === fingerprint()
  );
}

function checkMachine() {
  if (Number.parseInt(process.versions.node, 10) < 18)
    throw new Problem(`Node 18 or newer is needed to begin; this is ${process.versions.node}`, {
      mend: ["Debian 12 and Ubuntu 24.04 have it: sudo apt-get install -y nodejs npm"],
    });
  if (!(places.binary in INTEGRITY))
    throw new Problem(
      `Taoception runs on Linux (x64 or arm64), this is ${process.platform} ${process.arch}`,
      {
        mend: ["use a Linux machine, a virtual one, or WSL 2"],
      },
    );
}

/**
 * Run the work in a process that holds the kernel's lock on a file. The lock is never stale: it is gone with its
 * last holder, and a child that outlives a killed set-up still holds it, so that two never write at once.
 */
function takeTurn() {
  const flock = find("flock", `${process.env.PATH ?? ""}:/usr/bin:/bin`);
  if (!flock) throw new Problem("flock was not found", { mend: ["install util-linux"] });
  const again = [places.turn, process.execPath, fileURLToPath(import.meta.url), "--in-turn"];
  const busy = 75;
  const stdio = ["inherit", "ignore", "inherit"];
  let ended = spawnSync(flock, ["-n", "-E", String(busy), ...again], { stdio });
  if (ended.status === busy) {
    process.stderr.write("set-up: another set-up is at work in this clone; waiting for it\n");
    ended = spawnSync(flock, again, { stdio });
  }
  return ended.status ?? 1;
}

function tell(error) {
  if (!(error instanceof Problem)) {
    if (!["EACCES", "EPERM", "EROFS"].includes(error?.code)) throw error;
    process.stderr.write(
      `set-up: ${places.runtime} cannot be written by you: run as its owner, or clone again\n`,
    );
    return 2;
  }
  if (error.detail) process.stderr.write(`${error.detail}\n`);
  process.stderr.write(`set-up: ${error.message}\n`);
  for (const line of error.mend) process.stderr.write(`    ${line}\n`);
  return error.code;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = await (process.argv[2] === "--in-turn" ? work() : setUp());
