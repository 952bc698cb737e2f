import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenSubject, openSubject } from "../../test/evaluation/openSubject.ts";
import type { Subject } from "../../test/evaluation/subject.ts";
import { systemClock } from "../platform/index.ts";
import type { Tester } from "../python/index.ts";
import { checkControls } from "./controls.ts";

let opened: OpenSubject;
beforeAll(async () => {
  opened = await openSubject();
});
afterAll(() => opened?.[Symbol.asyncDispose]());

let runs = 0;
const counted: Tester["run"] = (...job) => {
  runs += 1;
  return opened.tester.run(...job);
};
const check = (task: Subject["task"]) =>
  checkControls(task, {
    tester: { script: opened.tester.script, run: counted },
    ...{ blobs: opened.subject.blobs, clock: systemClock, pythonVersion: opened.sandbox.pythonVersion },
    folder: join(opened.folder, "known"),
  });

test("a sound task passes, and is not asked again", async () => {
  await check(opened.subject.task);
  expect(runs).toBe(2);
  await check(opened.subject.task);
  expect(runs).toBe(2);
  expect(await readdir(join(opened.folder, "known"))).toHaveLength(1);
});

test("a test that leaves something to chance may pass on the base, but not every time", async () => {
  const { task } = opened.subject;
  const lucky = task.passToPass[0] ?? "";
  const luck = (fails: number): Tester["run"] => {
    let asked = 0;
    return async (...job) => {
      const run = await opened.tester.run(...job);
      asked += 1;
      return asked === fails ? { ...run, outcomes: { ...run.outcomes, [lucky]: "failed" as const } } : run;
    };
  };
  const checked = (fails: number) =>
    checkControls(
      { ...task, failToPass: [...task.failToPass, lucky], passToPass: [] },
      {
        tester: { script: opened.tester.script, run: luck(fails) },
        ...{ blobs: opened.subject.blobs, clock: systemClock, pythonVersion: opened.sandbox.pythonVersion },
        folder: join(opened.folder, "lucky"),
      },
    );
  await expect(checked(9)).rejects.toThrow(`${lucky} passes on the base state, 3 times of 3`);
  await checked(3);
});

test("a base that passes, or gold that does not, is our failure and is not remembered", async () => {
  const { task } = opened.subject;
  const green = { ...task, failToPass: task.passToPass.slice(0, 1) };
  await expect(check(green)).rejects.toMatchObject({
    code: "controls-failed",
    message: expect.stringContaining("base"),
  });
  const wrong = opened.subject.patch({ "shelf/box.py": (before) => `${before}\nx = 1\n` });
  await expect(check({ ...task, gold: wrong })).rejects.toMatchObject({
    message: expect.stringContaining("gold is"),
  });
  expect(await readdir(join(opened.folder, "known"))).toHaveLength(1);
});
