import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pytestLayer } from "../../test/evaluation/layer.ts";
import { makeSubject, type Subject } from "../../test/evaluation/subject.ts";
import { systemClock } from "../platform/index.ts";
import { openTester, type Tester } from "../python/index.ts";
import { openSandbox, type Sandbox } from "../sandbox/index.ts";
import { checkControls } from "./controls.ts";

let folder: string;
let subject: Subject;
let sandbox: Sandbox;
let tester: Tester;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "controls-"));
  subject = await makeSubject(folder, await pytestLayer());
  sandbox = await openSandbox();
  tester = await openTester(subject.project, { sandbox });
});
afterAll(async () => {
  await tester?.[Symbol.asyncDispose]();
  await sandbox?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

let runs = 0;
const counted: Tester["run"] = (...job) => {
  runs += 1;
  return tester.run(...job);
};
const check = (task: Subject["task"]) =>
  checkControls(task, {
    tester: { script: tester.script, run: counted },
    ...{ blobs: subject.blobs, clock: systemClock, pythonVersion: sandbox.pythonVersion },
    folder: join(folder, "known"),
  });

test("a sound task passes, and is not asked again", async () => {
  await check(subject.task);
  expect(runs).toBe(2);
  await check(subject.task);
  expect(runs).toBe(2);
  expect(await readdir(join(folder, "known"))).toHaveLength(1);
});

test("a base that passes, or gold that does not, is our failure and is not remembered", async () => {
  const { task } = subject;
  const green = { ...task, failToPass: task.passToPass.slice(0, 1) };
  await expect(check(green)).rejects.toMatchObject({
    code: "controls-failed",
    message: expect.stringContaining("base"),
  });
  const wrong = subject.patch({ "shelf/box.py": (before) => `${before}\nx = 1\n` });
  await expect(check({ ...task, gold: wrong })).rejects.toMatchObject({
    message: expect.stringContaining("gold is"),
  });
  expect(await readdir(join(folder, "known"))).toHaveLength(1);
});
