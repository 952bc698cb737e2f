// Everything that Taoception needs on this machine, from a bare clone: run by `npm start`, `npm test` and the
// rest before they begin. Needs Node 18 and npm, imports nothing but Node, changes nothing when nothing is to do.
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bringModules, bringRuntime } from "./setup/modules.mjs";
import { INTEGRITY, jsonOf, places as placesOf, textOf, VERSIONS } from "./setup/places.mjs";
import { explainFailure, Problem } from "./setup/problem.mjs";
import { canRun } from "./setup/run.mjs";
import { stockCache } from "./setup/stock.mjs";
import { allowNamespaces, bringPackages, bubblewrap } from "./setup/system.mjs";
import { takeTurn } from "./setup/turn.mjs";
import { bringUv, systemPython, uvOnPath, venvIsThere } from "./setup/uv.mjs";

const places = placesOf();

/** Make the machine ready; at most one set-up works on a clone at a time. Resolves to the exit code. */
export async function setUp() {
  try {
    if (isDone()) return 0;
    checkMachine();
    mkdirSync(places.runtime, { recursive: true });
    const turn = takeTurn(places.turn);
    try {
      if (!isDone()) await work(turn); // another set-up may have done it while we waited
    } finally {
      closeSync(turn);
    }
    return 0;
  } catch (error) {
    return tell(error);
  }
}

async function work(turn) {
  const [python, onPath] = await Promise.all([systemPython(), uvOnPath()]);
  const uv = onPath ?? places.uv;
  await bringPackages(await missingPackages(python, uv));
  await allowNamespaces();
  await bringRuntime(places, turn);
  if (!canRun(uv)) await bringUv(places, python ?? (await systemPython()), turn);
  await bringModules(places, turn);
  writeFileSync(`${places.stamp}.part`, JSON.stringify({ of: fingerprint(), uv }));
  renameSync(`${places.stamp}.part`, places.stamp);
  await stockCache(places);
}

async function missingPackages(python, uv) {
  const missing = [];
  if (!bubblewrap()) missing.push("bubblewrap");
  if (!python) missing.push("python3");
  if (!canRun(uv) && !(python && (await venvIsThere(python)))) missing.push("python3-venv");
  return missing;
}

/** What decides whether a finished set-up still holds. */
function fingerprint() {
  const parts = [
    JSON.stringify(VERSIONS),
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

function tell(thrown) {
  const { message, mend, code, detail } = asProblem(thrown);
  if (detail) process.stderr.write(`${detail}\n`);
  process.stderr.write(`set-up: ${message}\n`);
  for (const line of mend) process.stderr.write(`    ${line}\n`);
  return code;
}

function asProblem(error) {
  if (error instanceof Problem) return error;
  if (["EACCES", "EPERM", "EROFS"].includes(error.code))
    return new Problem(`${places.runtime} cannot be written by you`, {
      mend: ["run as the owner of this folder, or clone the repository again as yourself"],
    });
  if (error.code === "ENOSPC") return explainFailure("set-up", "ENOSPC");
  return new Problem(error.message, { code: 1, detail: error.stack });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await setUp();
