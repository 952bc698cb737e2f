import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeSubject, type Subject } from "../../test/evaluation/subject.ts";
import { openBlobs } from "../platform/index.ts";
import { restoreBase } from "./restoreBase.ts";

let folder: string;
let subject: Subject;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "restore-"));
  subject = await makeSubject(folder, "/nowhere");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the base's files follow from the release and gold", async () => {
  const { task, blobs } = subject;
  const [hash = ""] = Object.values(task.baseChanges);
  const given = openBlobs(join(folder, "given"));
  const without = {
    get: async (name: string) => (name === hash ? given.get(name) : blobs.get(name)),
    put: given.put,
  };
  await expect(without.get(hash)).rejects.toThrow();
  await restoreBase(task, { blobs: without });
  expect(Buffer.from(await without.get(hash)).toString()).toBe(subject.base["shelf/box.py"]);
});

test("another gold, or another release, is told", async () => {
  const { task, blobs } = subject;
  const gold = task.gold.replace("in values:", "in list(values):");
  await expect(restoreBase({ ...task, gold }, { blobs })).rejects.toMatchObject({ code: "other-release" });
  await expect(restoreBase({ ...task, gold: "prose" }, { blobs })).rejects.toMatchObject({
    code: "other-release",
  });
});
