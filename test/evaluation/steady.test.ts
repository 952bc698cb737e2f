import { expect, test } from "vitest";
import { steady } from "./steady.ts";

test("two hundred jobs leave nothing behind: no process, no descriptor, no memory", async () => {
  const { before, after } = await steady(200);
  expect(after.processes).toBe(before.processes);
  expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 2);
  expect(after.templateDescriptors).toBe(before.templateDescriptors);
  expect(after.templateMegabytes).toBeLessThanOrEqual(before.templateMegabytes + 2);
  expect(after.keys).toBeLessThanOrEqual(before.keys + 4); // those of the last forks may not be cleared yet
  expect(after.megabytes).toBeLessThanOrEqual(before.megabytes + 60);
});
