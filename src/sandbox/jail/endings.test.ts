import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Limits } from "../index.ts";
import { openSandbox } from "../sandbox.ts";
import { descendants } from "./watch.ts";

const megabyte = 1024 * 1024;
const limits: Limits = {
  wallMs: 60_000,
  cpuSeconds: 10,
  memoryBytes: 256 * megabyte,
  processes: 16,
  outputBytes: megabyte,
  diskBytes: megabyte,
};
const spec = {
  preload: [],
  pythonPath: [],
  mounts: [],
  lowers: import.meta.dirname,
  program: import.meta.filename,
  limits,
};
/** A job that does not care whether anybody is there to hear of it. */
const careless = (mark: string) => ["/bin/sh", "-c", `sleep 600 # ${mark}`] as const;

function wordsOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
const named = (mark: string) => readdirSync("/proc").filter((pid) => wordsOf(pid).includes(mark));
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

test("a job that is killed at the moment in which bubblewrap forks leaves nothing", async () => {
  await using sandbox = await openSandbox();
  const mark = `forks-${process.pid}`;
  for (let tries = 0; tries < 25; tries += 1) {
    const stop = new AbortController();
    const run = sandbox.run({ argv: careless(mark), limits }, { signal: stop.signal });
    run.catch(() => {});
    let outer: number | undefined;
    while (outer === undefined) {
      await new Promise((done) => setImmediate(done));
      outer = descendants(process.pid).find((pid) => wordsOf(pid).includes(mark));
    }
    while (descendants(outer).length < 2); // it has its arguments already: nothing of ours must come in between
    stop.abort(new Error("called off"));
    await expect(run).rejects.toThrow("called off");
  }
  expect(named(mark)).toEqual([]);
});

test.each([
  ["at once", 0],
  ["when bubblewrap has a child", 2],
])("what a process that is killed has just begun dies with it: %s", async (_, processes) => {
  const mark = `orphan-${process.pid}-${processes}`;
  const url = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  const program = `
const { openSandbox } = await import(${url("../sandbox.ts")});
const { descendants } = await import(${url("watch.ts")});
const { readFileSync } = await import("node:fs");
const sandbox = await openSandbox();
void sandbox.run({ argv: ${JSON.stringify(careless("MARK"))}.map((word) => word.replace("MARK", process.env.MARK)), limits: ${JSON.stringify(limits)} });
const ours = (pid) => { try { return readFileSync("/proc/" + pid + "/cmdline", "utf8").includes(process.env.MARK); } catch { return false; } };
let outer;
while (outer === undefined) {
  await new Promise((done) => setImmediate(done));
  outer = descendants(process.pid).find((pid) => pid !== process.pid && ours(pid));
}
while (descendants(outer).length < ${processes});
process.kill(process.pid, "SIGKILL");
`;
  for (let tries = 0; tries < 5; tries += 1) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      env: { ...process.env, MARK: mark },
      stdio: ["ignore", "ignore", "inherit"],
    });
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
  }
  for (let waited = 0; waited < 3_000 && named(mark).length > 0; waited += 50) await pause(50);
  expect(named(mark)).toEqual([]);
});

test("a template that is still being opened ends with its sandbox, or when it is called off", async () => {
  const sandbox = await openSandbox();
  const opening = sandbox.openTemplate({ ...spec, preload: ["time"] });
  const failed = expect(opening).rejects.toMatchObject({ code: "sandbox-closed" });
  await sandbox[Symbol.asyncDispose]();
  await failed;
  const inside = () =>
    descendants(process.pid).filter((pid) => wordsOf(pid).includes("/sandbox/template.py"));
  expect(inside()).toEqual([]);

  await using other = await openSandbox();
  const stop = new AbortController();
  const called = other.openTemplate(spec, { signal: stop.signal });
  called.catch(() => {});
  while (inside().length < 2) await pause(1);
  stop.abort(new Error("called off"));
  await expect(called).rejects.toThrow("called off");
  expect(inside()).toEqual([]);
});
