import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluate } from "../../src/evaluation/index.ts";
import { runChild, systemClock } from "../../src/platform/index.ts";
import { openTester } from "../../src/python/index.ts";
import { openSandbox, type Sandbox } from "../../src/sandbox/index.ts";
import { pytestLayer } from "./layer.ts";
import { makeSubject, type Subject } from "./subject.ts";

let folder: string;
let subject: Subject;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "infra-"));
  subject = await makeSubject(folder, await pytestLayer());
  sandbox = await openSandbox();
});
afterAll(async () => {
  await sandbox?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const open = () => openTester(subject.project, { sandbox });
type Tester = Awaited<ReturnType<typeof open>>;
const judge = (
  tester: Pick<Tester, "run" | "script">,
  blobs: Pick<Subject["blobs"], "get"> = subject.blobs,
) => evaluate(subject.gold, subject.task, { tester, blobs, clock: systemClock });

/** As the kernel does when the machine has no memory left: the warm template's processes are killed. */
function killTemplates(): number {
  const mine = readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1];
      return (
        Number(parent) === process.pid && readFileSync(`/proc/${name}/cmdline`, "utf8").startsWith("bwrap\0")
      );
    } catch {
      return false;
    }
  });
  for (const pid of mine) process.kill(Number(pid), "SIGKILL");
  return mine.length;
}

test("a template that the kernel kills under a running patch: unscored, and resolved by the next one", async () => {
  await using tester = await open();
  const dying: Pick<Tester, "run" | "script"> = {
    script: tester.script,
    run: (...job) => {
      const running = tester.run(...job);
      setTimeout(() => expect(killTemplates()).toBeGreaterThan(0), 5);
      return running;
    },
  };
  expect(await judge(dying)).toMatchObject({ verdict: "unscored", layer: "evaluation", log: null });
  expect(await judge(tester)).toMatchObject({ verdict: "unscored" }); // it stays dead, and says so
  await using next = await open();
  expect(await judge(next)).toMatchObject({ verdict: "resolved" });
});

test("a full disk, for once really full: unscored, and resolved when there is room again", async () => {
  const disk = join(folder, "disk");
  await mkdir(disk);
  const own = process.getuid?.() === 0 ? ["--cap-add", "ALL"] : []; // for the sandbox in it
  const program = fileURLToPath(new URL("fullDisk.ts", import.meta.url));
  const small = ["--size", `${8 << 20}`, "--perms", "0755", "--tmpfs", disk];
  const judging = [process.execPath, program, disk];
  const done = await runChild(["bwrap", "--dev-bind", "/", "/", ...own, ...small, ...judging], {
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" },
    timeoutMs: 60_000,
  });
  const said = JSON.parse(done.stdout || JSON.stringify(done.stderr));
  expect(said).toMatchObject({
    full: expect.stringContaining("ENOSPC"),
    first: { verdict: "unscored", reason: expect.stringContaining("ENOSPC") },
    second: { verdict: "resolved" },
  });
});

test("a disk that cannot be read, or be written to: unscored", async () => {
  await using tester = await open();
  for (const code of ["ENOSPC", "EIO"]) {
    const get = () => Promise.reject(Object.assign(new Error(`${code}: the disk`), { code }));
    const graded = await judge(tester, { get });
    expect(graded).toMatchObject({ verdict: "unscored", reason: expect.stringContaining(code) });
  }
  expect(await judge(tester)).toMatchObject({ verdict: "resolved" });
});

test("a tree that was taken away under a warm template: unscored, and never the candidate's fault", async () => {
  await using tester = await open();
  const away = `${subject.project.folder}.away`;
  await rename(subject.project.folder, away);
  try {
    expect(await judge(tester)).toMatchObject({ verdict: "unscored" });
  } finally {
    await rename(away, subject.project.folder);
  }
  expect(await judge(tester)).toMatchObject({ verdict: "resolved" });
});

test("no Python, or a layer that is gone: nothing is judged", async () => {
  await expect(openSandbox({ interpreter: "/nowhere/python3" })).rejects.toMatchObject({ code: "no-python" });
  const environment = { ...subject.project.environment, folder: "/nowhere" };
  await expect(openTester({ ...subject.project, environment }, { sandbox })).rejects.toMatchObject({
    code: expect.stringMatching(/^(bad-mount|template-failed|ENOENT)$/),
  });
});
