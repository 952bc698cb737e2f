import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { evaluate, evaluateBase } from "../../src/evaluation/index.ts";
import { systemClock } from "../../src/platform/index.ts";
import { openTester } from "../../src/python/index.ts";
import { openSandbox, type SandboxChoice } from "../../src/sandbox/index.ts";
import { attacks } from "../evaluation/attacks.ts";
import { pytestLayer } from "../evaluation/layer.ts";
import { makeSubject } from "../evaluation/subject.ts";

const cheats = [
  "edits the tests",
  "ends in success at import",
  "prints results that did not happen",
  "ends in success when all is over",
];

/** A whole task is judged behind a wall: gold mends it, the base does not, and no cheat passes. */
export function evaluateTest(name: string, choose: () => SandboxChoice): void {
  test(`${name}: gold is resolved, its base and cheats are not`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "judged-"));
    try {
      const subject = await makeSubject(folder, await pytestLayer());
      await using sandbox = await openSandbox(choose());
      await using tester = await openTester(subject.project, { sandbox });
      const using = { tester, blobs: subject.blobs, clock: systemClock };
      expect(await evaluate(subject.gold, subject.task, using)).toMatchObject({ verdict: "resolved" });
      expect(await evaluateBase(subject.task, using)).toMatchObject({ verdict: "unresolved" });
      const known = attacks({ port: 0, word: "nothing" }).filter((attack) => cheats.includes(attack.name));
      expect(known).toHaveLength(cheats.length);
      for (const { name: cheat, files, verdicts } of known) {
        const { verdict } = await evaluate(subject.patch(files), subject.task, using);
        expect(verdicts, cheat).toContain(verdict);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 180_000);
}
