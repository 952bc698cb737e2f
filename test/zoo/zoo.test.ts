import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenSubject, openSubject } from "../evaluation/openSubject.ts";
import { everyCheat, openStage, patchOf, rewritesOf, type Stage } from "./play.ts";

let opened: OpenSubject;
let stage: Stage;
beforeAll(async () => {
  opened = await openSubject();
  const { subject, tester } = opened;
  subject.task.baseChanges["pytest.ini"] = await subject.blobs.put("[pytest]\n");
  stage = await openStage(subject.task, tester, subject.blobs);
}, 60_000);
afterAll(() => opened?.[Symbol.asyncDispose]());

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
  expect(await stage.judge("gold", opened.subject.gold)).toMatchObject({ strict: "resolved" });
  const rewrites = await rewritesOf(stage);
  expect(rewrites.length).toBeGreaterThan(2);
  for (const { kind, patch } of rewrites)
    expect([kind, (await stage.judge(kind, patch, false)).strict]).toEqual([kind, "resolved"]);
});
