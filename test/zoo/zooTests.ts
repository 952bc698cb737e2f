import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SandboxChoice } from "../../src/sandbox/index.ts";
import { type OpenSubject, openSubject } from "../evaluation/openSubject.ts";
import type { Cheat } from "./cheat.ts";
import { openStage, patchOf, rewritesOf, type Stage } from "./play.ts";

/** Play cheats on a small package behind one wall: none is resolved; gold and what means the same always is. */
export function zooTests(name: string, cheats: readonly Cheat[], choose: () => SandboxChoice): void {
  describe(name, () => {
    let opened: OpenSubject;
    let stage: Stage;
    beforeAll(async () => {
      opened = await openSubject(choose());
      const { subject, tester } = opened;
      subject.task.baseChanges["pytest.ini"] = await subject.blobs.put("[pytest]\n");
      stage = await openStage(subject.task, tester, subject.blobs);
    }, 60_000);
    afterAll(() => opened?.[Symbol.asyncDispose]());

    test.each(cheats.map((cheat) => [cheat.name, cheat] as const))(
      "%s is never resolved",
      { timeout: 120_000 },
      async (cheatName, cheat) => {
        const patch = patchOf(cheat, stage);
        expect(patch).not.toBeNull();
        const { strict } = await stage.judge(cheatName, patch ?? "", false);
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
  });
}
