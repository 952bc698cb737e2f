import { mkdirSync, rmSync, statfsSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { INTEGRITY, jsonOf, VERSIONS } from "./places.mjs";
import { explainFailure, Problem } from "./problem.mjs";
import { showing } from "./progress.mjs";
import { canRun, find, remove, run } from "./run.mjs";

/** The same for every npm we start: quiet, patient but not for minutes, no foreign code at install. */
const FLAGS = [
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "--prefer-offline",
  "--loglevel=error",
  "--include=optional",
  "--include=dev",
  "--fetch-retry-mintimeout=1000",
  "--fetch-retry-maxtimeout=5000",
];

/** Stage one: the system's npm fetches Node's binary and npm into `.runtime`; nothing else is asked of it. */
export async function bringRuntime(places, turn) {
  const wanted = { [places.binary]: VERSIONS.node, npm: VERSIONS.npm };
  if (!runtimeIsThere(places)) {
    checkSpace(places);
    const npm = systemNpm();
    await showing(`Node ${VERSIONS.node} and npm ${VERSIONS.npm}`, async () => {
      // What an interrupted install left behind looks complete to npm: so it goes.
      remove(join(places.runtime, "node_modules"));
      mkdirSync(places.runtime, { recursive: true });
      writeFileSync(
        join(places.runtime, "package.json"),
        `${JSON.stringify({ private: true, dependencies: wanted }, null, 2)}\n`,
      );
      const argv = [...npm, "install", "--prefix", places.runtime, "--no-package-lock", ...FLAGS];
      const { code, output } = await run(argv, { cwd: places.runtime, env: npmEnvironment(), turn });
      if (code !== 0) throw explainFailure("Node and npm", output);
      if (!runtimeIsThere(places))
        throw explainFailure("Node and npm", `${output}\nnpm said nothing was wrong`);
      checkDigests(places);
    });
  }
  if (!canRun(places.node)) {
    mkdirSync(dirname(places.node), { recursive: true });
    rmSync(places.node, { force: true });
    symlinkSync(join("..", places.binary, "bin", "node"), places.node);
  }
  const said = await run([places.node, "--version"]);
  if (said.output.trim() !== `v${VERSIONS.node}`)
    throw new Problem(`Node ${VERSIONS.node} was fetched but does not run on this machine`, {
      mend: ["it needs a Linux with glibc 2.28 or newer (Debian 10, Ubuntu 20.04, RHEL 8, …)"],
      detail: said.output.trim(),
    });
}

/** npm calls an install done that a full disk cut short, so this is asked before. */
function checkSpace(places) {
  const { bavail, bsize } = statfsSync(places.clone);
  if (bavail * bsize < 700e6) throw explainFailure("Node and the dependencies", "ENOSPC");
}

function runtimeIsThere(places) {
  const installed = jsonOf(join(places.runtime, "node_modules", ".package-lock.json"))?.packages ?? {};
  return (
    installed[`node_modules/${places.binary}`]?.version === VERSIONS.node &&
    installed["node_modules/npm"]?.version === VERSIONS.npm &&
    canRun(places.nodeItself)
  );
}

/** npm has compared each archive with the digest that its registry gave; here that digest is compared with ours. */
function checkDigests(places) {
  const installed = jsonOf(join(places.runtime, "node_modules", ".package-lock.json"))?.packages ?? {};
  for (const name of [places.binary, "npm"]) {
    if (installed[`node_modules/${name}`]?.integrity === INTEGRITY[name]) continue;
    remove(join(places.runtime, "node_modules"));
    throw new Problem(`the registry served a ${name} that is not the one we know; it was thrown away`, {
      mend: ["ask whoever runs your npm registry or mirror"],
      code: 1,
    });
  }
}

/** Stage two: our own npm installs exactly what the lock says. */
export async function bringModules(places, turn) {
  if (modulesAreThere(places)) return;
  checkSpace(places);
  await showing("dependencies", async () => {
    const { code, output } = await run([places.nodeItself, places.npm, "ci", ...FLAGS], {
      cwd: places.clone,
      env: npmEnvironment(dirname(places.node)),
      turn,
    });
    if (code !== 0) throw explainFailure("the dependencies", output);
    if (!modulesAreThere(places))
      throw new Problem("npm left out a dependency that this machine needs", {
        mend: ["run this again; if it stays, the registry lacks a package for this platform"],
        detail: output.trim(),
      });
  });
}

/**
 * Whether node_modules holds what the lock says. npm writes its own list there as the last act of an install, so
 * an install that was interrupted has none.
 */
export function modulesAreThere(places) {
  const wanted = jsonOf(places.lock)?.packages;
  const installed = jsonOf(join(places.modules, ".package-lock.json"))?.packages;
  if (!wanted || !installed) return false;
  const names = Object.keys(wanted).filter((name) => name !== "");
  return (
    names.every((name) => {
      const [want, have] = [wanted[name], installed[name]];
      if (have) return have.version === want.version && have.integrity === want.integrity;
      return (want.optional === true || want.peer === true) && !isForHere(want);
    }) && Object.keys(installed).every((name) => name in wanted)
  );
}

/** A package of binaries for this very platform: npm goes on without it when it could not be fetched, we do not. */
function isForHere({ os, cpu, libc = "glibc" }) {
  const fits = (list, word) => list !== undefined && [list].flat().includes(word);
  return fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, "glibc");
}

function systemNpm() {
  const running = process.env.npm_execpath;
  if (running?.endsWith("npm-cli.js")) return [process.execPath, running];
  const npm = find("npm");
  if (npm) return [npm];
  throw new Problem("npm was not found", { mend: ["sudo apt-get install -y npm"] });
}

/**
 * The environment for a nested npm: what the npm around us was told about the registry and the network stays, what
 * it was told about this command (its prefix, its log level, --json) does not.
 */
function npmEnvironment(binFolder) {
  const kept =
    /^npm_config_(registry|.*:registry|ca|cafile|cert|key|proxy|https_proxy|http_proxy|noproxy|strict_ssl|cache|userconfig|globalconfig|offline|fetch_timeout|maxsockets|\/\/.*)$/i;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_/i.test(name) || (kept.test(name) && process.env[name] !== ""),
    ),
  );
  delete env.NODE_ENV;
  delete env.NODE_OPTIONS;
  if (binFolder) env.PATH = [binFolder, env.PATH].filter(Boolean).join(delimiter);
  return env;
}
