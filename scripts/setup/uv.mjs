import { closeSync, openSync, readSync, renameSync } from "node:fs";
import { OLDEST_UV, VERSIONS } from "./places.mjs";
import { explainFailure, Problem } from "./problem.mjs";
import { showing } from "./progress.mjs";
import { atLeast, canRun, find, remove, run } from "./run.mjs";

/** The uv on PATH when it is new enough, else undefined. It goes into the sandbox alone, so a script that only starts it will not do. */
export async function uvOnPath() {
  const program = find("uv");
  if (!program || !isBinary(program)) return undefined;
  const version = /^uv (\d+\.\d+\.\d+)/.exec((await run([program, "--version"])).output)?.[1];
  return version && atLeast(version, OLDEST_UV) ? program : undefined;
}

function isBinary(file) {
  const handle = openSync(file);
  try {
    const start = Buffer.alloc(4);
    readSync(handle, start);
    return start.toString("latin1") === "\x7fELF";
  } finally {
    closeSync(handle);
  }
}

/** Debian's python3 comes without venv and pip: whether this one can make an environment that has pip. */
export async function venvIsThere(python) {
  return (await run([python, "-I", "-c", "import venv, ensurepip"])).code === 0;
}

/** A Python of at least 3.10 that is the system's own; the sandbox must be able to read it. */
export async function systemPython() {
  const python = ["/usr/bin/python3", "/usr/local/bin/python3"].find(canRun);
  if (!python) return undefined;
  const asked = await run([python, "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
  const version = asked.output.trim();
  if (asked.code === 0 && atLeast(version, "3.10")) return python;
  throw new Problem(`Python 3.10 or newer is needed; ${python} is ${version || "broken"}`, {
    mend: ["use a newer release of your system (Debian 12, Ubuntu 22.04, …)"],
  });
}

/** Bring uv by pip into an environment of its own; the person's pip settings (mirror, proxy) hold. */
export async function bringUv(places, python, turn) {
  await showing(`uv ${VERSIONS.uv}`, async () => {
    const making = `${places.uvFolder}.part`;
    for (const folder of [making, places.uvFolder]) remove(folder);
    const made = await run([python, "-I", "-m", "venv", making], { turn });
    if (made.code !== 0) throw explainFailure("an environment for uv", made.output);
    const pip = [`${making}/bin/python`, "-m", "pip", "--disable-pip-version-check", "--no-input"];
    const options = ["--only-binary=:all:", "--no-deps", "--retries=2", "--timeout=20"];
    const { code, output } = await run([...pip, "install", "--quiet", ...options, `uv==${VERSIONS.uv}`], {
      turn,
    });
    if (code !== 0) {
      remove(making);
      throw explainFailure("uv", output);
    }
    renameSync(making, places.uvFolder); // uv is one static program: it does not mind where it lies
  });
}
