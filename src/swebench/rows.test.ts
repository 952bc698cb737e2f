import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRows } from "./dataset.ts";
import { checkKnown, goldPredictions, readPredictions } from "./predictions.ts";

let folder: string;
const at = (name: string) => join(folder, name);
const row = {
  instance_id: "a__b-1",
  repo: "a/b",
  version: "1.0",
  FAIL_TO_PASS: '["t::a"]',
  PASS_TO_PASS: ["t::c"],
};
const diff = "--- a/m.py\n+++ b/m.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rows-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a list, lines and Parquet hold the same rows; tests are lists or JSON in a string", async () => {
  await writeFile(at("rows.json"), JSON.stringify([row]));
  await writeFile(at("rows.jsonl"), `${JSON.stringify(row)}\n\n`);
  for (const name of ["rows.json", "rows.jsonl"])
    expect(await readRows(at(name))).toMatchObject([
      {
        kind: "swebench",
        id: "a__b-1",
        failToPass: ["t::a"],
        passToPass: ["t::c"],
        evalType: "pass_and_fail",
      },
    ]);
  const parquet = fileURLToPath(new URL("../../test/swebench/files/rows.parquet", import.meta.url));
  expect(await readRows(parquet)).toMatchObject([
    { id: "a__b-1", image: "i:1", failToPass: ["t::a", "t::b [x y]"], logParser: "parse_log_pytest" },
    { id: "a__b-2", image: null, statement: "é", failToPass: [], passToPass: ["t::d"] },
  ]);
  await mkdir(at("hub/data"), { recursive: true });
  await copyFile(parquet, at("hub/data/test-00000-of-00001.parquet"));
  expect(await readRows(at("hub"))).toHaveLength(2);
  await expect(readRows(at("hub"), { split: "dev" })).rejects.toThrow("has no split dev");
});

test("of a SWE-smith row the patch plants the defect, and gold is its reverse", async () => {
  const smith = { ...row, repo: "swesmith/a__b.1234", image_name: "swesmith.x86_64.a__b.1234", patch: diff };
  await writeFile(at("smith.json"), JSON.stringify([smith]));
  const [read] = await readRows(at("smith.json"));
  expect(read).toMatchObject({ kind: "swesmith", image: "swesmith.x86_64.a__b.1234" });
  expect(read?.kind === "swesmith" && read.gold).toContain("-x = 2\n+x = 1\n");
});

test("a row that is wrong is bad for itself alone, a file that is wrong is told", async () => {
  await writeFile(
    at("mixed.json"),
    JSON.stringify([{ ...row, FAIL_TO_PASS: "[" }, { ...row, instance_id: "../x" }, row]),
  );
  expect((await readRows(at("mixed.json"))).map(({ kind }) => kind)).toEqual(["bad", "bad", "swebench"]);
  for (const [name, text, told] of [
    ["a.json", "{", "is not JSON"],
    ["b.json", "{}", "is no list"],
    ["c.jsonl", "{}\n", "has no instance_id"],
    ["d.json", "[]", "has no rows"],
    ["e.txt", "", "is no dataset"],
  ] as const) {
    await writeFile(at(name), text);
    await expect(readRows(at(name)), name).rejects.toMatchObject({
      code: "bad-file",
      message: expect.stringContaining(told),
    });
  }
  await expect(readRows(at("nothing.json"))).rejects.toMatchObject({ code: "bad-file" });
});

test("predictions come in three forms, and the word gold makes them", async () => {
  const one = { instance_id: "a__b-1", model_name_or_path: "org/model", model_patch: diff };
  await writeFile(at("p.jsonl"), `${JSON.stringify(one)}\n`);
  await writeFile(at("p.json"), JSON.stringify([one]));
  const { instance_id: _, ...rest } = one;
  await writeFile(at("object.json"), JSON.stringify({ "a__b-1": rest }));
  for (const name of ["p.jsonl", "p.json", "object.json"])
    expect([...(await readPredictions(at(name))).values()]).toEqual([
      { id: "a__b-1", model: "org/model", patch: diff },
    ]);
  const rows = await readRows(at("rows.json"));
  expect(goldPredictions(rows).get("a__b-1")).toMatchObject({ model: "gold" });
  expect(() =>
    checkKnown(new Map([["other", { id: "other", model: "m", patch: diff }]]), rows, "p.json"),
  ).toThrow("does not have: other");
  await writeFile(at("bad.json"), JSON.stringify([{ instance_id: "a" }]));
  await expect(readPredictions(at("bad.json"))).rejects.toMatchObject({ code: "bad-file" });
});
