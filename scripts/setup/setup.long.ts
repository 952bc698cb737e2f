import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const here = fileURLToPath(new URL("../..", import.meta.url));
const clone = mkdtempSync(join(tmpdir(), "taoception-clone-"));
for (const part of ["scripts", "package.json", "package-lock.json", ".npmrc"])
  cpSync(join(here, part), join(clone, part), { recursive: true });
afterAll(() => rmSync(clone, { recursive: true, force: true }));

const setUp = [join(clone, "scripts", "setup.mjs")];
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function wipe() {
  for (const part of [".runtime", "node_modules"])
    rmSync(join(clone, part), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

function works() {
  const node = join(clone, ".runtime", "node_modules", ".bin", "node");
  const options = { cwd: clone, encoding: "utf8" } as const;
  expect(execFileSync(node, ["--version"], options).trim()).toMatch(/^v24\./);
  for (const program of ["typescript/bin/tsc", "@biomejs/biome/bin/biome", "vitest/vitest.mjs"])
    expect(execFileSync(node, [`node_modules/${program}`, "--version"], options)).toMatch(/\d+\.\d+\.\d+/);
  expect(readdirSync(join(clone, ".runtime")).filter((name) => name.endsWith(".part"))).toEqual([]);
}

test.each([400, 3_000, 7_000, 10_000, 14_000])("killed whole after %i ms, set-up resumes", async (ms) => {
  wipe();
  const first = spawn(process.execPath, setUp, { stdio: "ignore", detached: true });
  await wait(ms);
  try {
    process.kill(-(first.pid as number), "SIGKILL");
  } catch {
    // it had ended before
  }
  const { status, stdout } = spawnSync(process.execPath, setUp);
  expect([status, String(stdout)]).toEqual([0, ""]);
  works();
});

test("three at once do the work once", async () => {
  wipe();
  const all = await Promise.all(
    [1, 2, 3].map(
      () =>
        new Promise<{ code: number | null; told: string }>((resolve) => {
          const child = spawn(process.execPath, setUp, { stdio: ["ignore", "ignore", "pipe"] });
          let told = "";
          child.stderr.on("data", (chunk) => {
            told += chunk;
          });
          child.on("close", (code) => resolve({ code, told }));
        }),
    ),
  );
  expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(all.filter(({ told }) => told.includes("dependencies: done in"))).toHaveLength(1);
  works();
});

test("a change of the lock is carried out by the next set-up", () => {
  rmSync(join(clone, "node_modules", "zod"), { recursive: true });
  rmSync(join(clone, "node_modules", ".package-lock.json"));
  expect(spawnSync(process.execPath, setUp).status).toBe(0);
  expect(existsSync(join(clone, "node_modules", "zod", "package.json"))).toBe(true);
});
