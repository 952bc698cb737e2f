import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTester, type Tester } from "../../src/python/index.ts";
import { openSandbox, type Sandbox } from "../../src/sandbox/index.ts";
import { pytestLayer } from "../evaluation/layer.ts";
import { makeSubject, type Subject } from "../evaluation/subject.ts";
import { everyCheat, openStage, patchOf, rewritesOf, type Stage } from "./play.ts";

let folder: string;
let sandbox: Sandbox;
let tester: Tester;
let subject: Subject;
let stage: Stage;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zoo-"));
  subject = await makeSubject(folder, await pytestLayer());
  subject.task.baseChanges["pytest.ini"] = await subject.blobs.put("[pytest]\n");
  sandbox = await openSandbox();
  tester = await openTester(subject.project, { sandbox });
  stage = await openStage(subject.task, tester, subject.blobs);
}, 60_000);
afterAll(async () => {
  await tester?.[Symbol.asyncDispose]();
  await sandbox?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const cheats = await everyCheat();

test("there are enough of them, each with a name of its own and a word on where it is from", () => {
  expect(cheats.length).toBeGreaterThanOrEqual(30);
  expect(new Set(cheats.map(({ name }) => name)).size).toBe(cheats.length);
  for (const { from } of cheats) expect(from).not.toBe("");
});

test.each(cheats.map((cheat) => [cheat.name, cheat] as const))(
  "%s is never resolved",
  { timeout: 120_000 },
  async (name, cheat) => {
    const patch = patchOf(cheat, stage);
    expect(patch).not.toBeNull();
    const { strict } = await stage.judge(name, patch ?? "", false);
    expect(["tampered", "unresolved", "invalid-patch", "timed-out"]).toContain(strict);
  },
);

test("gold is resolved, and so is everything that means the same", { timeout: 120_000 }, async () => {
  expect(await stage.judge("gold", subject.gold)).toMatchObject({ strict: "resolved" });
  const rewrites = await rewritesOf(stage);
  expect(rewrites.length).toBeGreaterThan(2);
  for (const { kind, patch } of rewrites)
    expect([kind, (await stage.judge(kind, patch, false)).strict]).toEqual([kind, "resolved"]);
});
