import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRows } from "./dataset.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "harbor-"));
  const write = async (id: string, toml: string, files: Record<string, string>) => {
    await mkdir(join(folder, id, "tests"), { recursive: true });
    await writeFile(join(folder, id, "task.toml"), toml);
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, id, name), text);
  };
  const whole = { "instruction.md": "Mend it.\n", "tests/test.sh": "echo 1 > /logs/verifier/reward.txt\n" };
  await write("one", '[environment]\ncpus = 2\ndocker_image = "registry/one:1"\n', whole);
  await write("two", "[verifier]\ntimeout_sec = 60\n", whole);
  await write("broken", "[environment\n", whole);
  await write("empty", "", { "instruction.md": "x" });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a folder of Harbor tasks is a dataset; a task that cannot be read is bad for itself alone", async () => {
  const rows = await readRows(folder);
  expect(rows.map(({ id, kind }) => [id, kind])).toEqual([
    ["broken", "bad"],
    ["empty", "bad"],
    ["one", "harbor"],
    ["two", "harbor"],
  ]);
  expect(rows[2]).toMatchObject({ image: "registry/one:1", statement: "Mend it.\n", gold: null });
  expect(rows[3]).toMatchObject({ image: null, evalScript: expect.stringContaining("reward.txt") });
  expect(rows[1]).toMatchObject({ error: { message: expect.stringContaining("there is no tests/test.sh") } });
});

test("so is one task's own folder", async () => {
  expect(await readRows(join(folder, "one"))).toMatchObject([{ id: "one", kind: "harbor" }]);
});
