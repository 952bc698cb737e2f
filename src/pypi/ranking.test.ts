import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runnerClosure } from "./draw.ts";
import { rankedPackages } from "./ranking.ts";

test("the ranked list: by rank, each once, none that pytest runs on", async () => {
  const list = await rankedPackages();
  expect(list.length).toBeGreaterThan(0);
  expect(list.map(({ rank }) => rank)).toEqual(list.map(({ rank }) => rank).sort((a, b) => a - b));
  expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
  expect(list.filter(({ name }) => runnerClosure.has(name))).toEqual([]);
});

test("a list with a broken row is refused, with the row's number", async () => {
  const folder = await mkdtemp(join(tmpdir(), "taoception-ranking-"));
  const file = join(folder, "list.tsv");
  await writeFile(file, "# from a test\nrank\tname\tversion\ttests\n1\ttoolz\t1.0\t9\nx\ttoolz\t1.0\t9\n");
  await expect(rankedPackages(file)).rejects.toMatchObject({
    code: "bad-ranking",
    message: expect.stringContaining("row 2"),
  });
  await rm(folder, { recursive: true });
});
