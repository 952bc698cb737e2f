import { expect, test } from "vitest";
import { soak } from "./soak.ts";

/** So many evaluations leave nothing behind, and each patch comes out as it must every time. */
export function soakTest(count: number, { megabytes }: { megabytes: number }): void {
  test(`${count} evaluations leave nothing behind: no process, mount, file, descriptor or memory`, {
    timeout: 60_000 + count * 1_000,
  }, async () => {
    const { before, after, verdicts } = await soak(count);
    expect(
      Object.keys(verdicts).filter((of) => /^gold (?!resolved)|^hostile (resolved|unscored)/.test(of)),
    ).toEqual([]);
    expect(verdicts["gold resolved"]).toBeGreaterThan(count / 2);
    for (const what of ["processes", "mounts", "files", "groups", "templateDescriptors"] as const)
      expect(after[what], what).toBeLessThanOrEqual(before[what]);
    expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 2);
    expect(after.templateMegabytes).toBeLessThanOrEqual(before.templateMegabytes + 3);
    expect(after.megabytes).toBeLessThanOrEqual(before.megabytes + megabytes);
  });
}
