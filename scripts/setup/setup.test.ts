import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
// @ts-expect-error set-up runs on Node 18, before there are types
import { modulesAreThere } from "./modules.mjs";
// @ts-expect-error see above
import { INTEGRITY, places, VERSIONS } from "./places.mjs";
// @ts-expect-error see above
import { explainFailure } from "./problem.mjs";
// @ts-expect-error see above
import { atLeast } from "./run.mjs";

const scripts = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "taoception-setup-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("where all is there, set-up says nothing and takes no time", () => {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(scripts, "setup.mjs")]);
  expect([status, String(stdout), String(stderr)]).toEqual([0, "", ""]);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test("Node and npm are pinned, by version and by digest", () => {
  expect(process.version).toBe(`v${VERSIONS.node}`);
  const { npm } = places();
  expect(execFileSync(process.execPath, [npm, "--version"], { encoding: "utf8" }).trim()).toBe(VERSIONS.npm);
  for (const digest of Object.values(INTEGRITY)) expect(digest).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
});

test("who may not install packages is told the exact line to type, and nothing is changed", () => {
  const folder = join(scratch, "visible");
  cpSync(scripts, folder, { recursive: true });
  chmodSync(scratch, 0o755);
  execFileSync("chmod", ["-R", "a+rX", folder]); // the checkout may be closed to others
  const script = `
    const { bringPackages } = await import(${JSON.stringify(join(folder, "setup", "system.mjs"))});
    await bringPackages(["bubblewrap", "python3-venv"]).catch((problem) =>
      console.log(JSON.stringify([problem.code, problem.message, problem.mend])));`;
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  // Node itself may lie where nobody can read: any Node of the system will do, as it does for a newcomer.
  const node = existsFor(asNobody) ?? process.execPath;
  const told = spawnSync(node, ["--input-type=module", "--eval", script], { cwd: "/", ...asNobody });
  expect(String(told.stderr)).toBe("");
  const [code, message, [line]] = JSON.parse(String(told.stdout));
  expect([code, message]).toEqual([2, "bubblewrap and python3-venv are missing"]);
  expect(line).toMatch(/^(sudo |su -c ").*install.* bubblewrap python3/);
});

/** A Node that the given user can start: this one, or a copy of it beside the scripts. */
function existsFor(user: { uid?: number; gid?: number }): string | undefined {
  if (spawnSync(process.execPath, ["--version"], { cwd: "/", ...user }).status === 0) return process.execPath;
  const copy = join(scratch, "node");
  cpSync(process.execPath, copy);
  chmodSync(copy, 0o755);
  return copy;
}

describe("node_modules is complete", () => {
  const here = { os: [process.platform], cpu: [process.arch], optional: true };
  const lock = {
    "": { name: "clone" },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/a-here": { version: "1.0.0", integrity: "sha512-h", ...here },
    "node_modules/a-there": { version: "1.0.0", integrity: "sha512-t", ...here, os: ["plan9"] },
    "node_modules/a-musl": { version: "1.0.0", integrity: "sha512-m", ...here, libc: ["musl"] },
  };
  const { "": _, "node_modules/a-there": _there, "node_modules/a-musl": _musl, ...installed } = lock;
  const without = (name: keyof typeof installed) =>
    Object.fromEntries(Object.entries(installed).filter(([other]) => other !== name));

  test.each([
    ["as the lock says, other platforms' binaries left out", installed, true],
    ["without a package", without("node_modules/a"), false],
    ["without this platform's binary", without("node_modules/a-here"), false],
    ["with another version", { ...installed, "node_modules/a": { version: "1.0.1" } }, false],
    ["with other bytes", { ...installed, "node_modules/a": { version: "1.0.0", integrity: "x" } }, false],
    ["with one too many", { ...installed, "node_modules/b": { version: "1.0.0" } }, false],
    ["interrupted, so that npm wrote no list", undefined, false],
  ])("%s", (_name, packages, complete) => {
    const clone = mkdtempSync(join(scratch, "clone-"));
    mkdirSync(join(clone, "node_modules"));
    writeFileSync(join(clone, "package-lock.json"), JSON.stringify({ packages: lock }));
    const list = join(clone, "node_modules", ".package-lock.json");
    if (packages) writeFileSync(list, JSON.stringify({ packages }));
    expect(modulesAreThere(places(clone))).toBe(complete);
  });

  test("this very clone's is", () => {
    expect(modulesAreThere(places())).toBe(true);
  });
});

test("a child that outlives its killed set-up keeps the next one waiting", async () => {
  const lock = join(scratch, "turn.lock");
  const setup = JSON.stringify(join(scripts, "setup"));
  const holder = `
    const { takeTurn } = await import(${setup} + "/turn.mjs");
    const { run } = await import(${setup} + "/run.mjs");
    const turn = takeTurn(${JSON.stringify(lock)});
    run(["sleep", "1.5"], { turn });
    process.stdout.write("holding");`;
  const taker = `
    const { takeTurn } = await import(${setup} + "/turn.mjs");
    takeTurn(${JSON.stringify(lock)});`;
  const first = spawn(process.execPath, ["--input-type=module", "--eval", holder]);
  await new Promise((resolve) => first.stdout.once("data", resolve));
  const started = performance.now();
  first.kill("SIGKILL");
  const second = spawnSync(process.execPath, ["--input-type=module", "--eval", taker], { timeout: 20_000 });
  expect(second.status).toBe(0);
  expect(String(second.stderr)).toContain("another set-up is at work");
  expect(performance.now() - started).toBeGreaterThan(1_000);
  const third = spawnSync(process.execPath, ["--input-type=module", "--eval", taker], { timeout: 20_000 });
  expect([third.status, String(third.stderr)]).toEqual([0, ""]);
});

test.each([
  ["npm ERR! code ENOTCACHED\nnpm ERR! request failed", /no network/, 2],
  ["npm ERR! code EAI_AGAIN", /no network/, 2],
  ["Failed to establish a new connection: Temporary failure in name resolution", /no network/, 2],
  ["Err:1 Could not resolve; Temporary failure resolving 'mirror'", /no network/, 2],
  ["npm ERR! ENOSPC: no space left on device, write", /disk is full/, 2],
  ["npm ERR! code SELF_SIGNED_CERT_IN_CHAIN", /certificate/, 2],
  ["npm ERR! code EACCES", /another user/, 2],
  ["npm ERR! code EINTEGRITY", /could not be installed/, 1],
])("what npm, pip and apt-get say when they fail, in one line: %s", (output, message, code) => {
  const problem = explainFailure("the thing", output);
  expect(problem.message).toMatch(message);
  expect(problem.message).not.toContain("\n");
  expect(problem.code).toBe(code);
});

test.each([
  ["0.13.9", "0.5.0", true],
  ["0.5.0", "0.5.0", true],
  ["0.4.30", "0.5.0", false],
  ["3.10", "3.10", true],
  ["3.9", "3.10", false],
  ["10", "3.10", true],
])("version %s is at least %s: %s", (a, b, yes) => {
  expect(atLeast(a, b)).toBe(yes);
});
