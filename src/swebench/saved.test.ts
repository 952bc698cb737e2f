import { cp, mkdtemp, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { arrowRows } from "./arrow/rows.ts";
import { readRows } from "./dataset.ts";
import { COLUMNS } from "./rows.ts";

const recorded = fileURLToPath(new URL("../../test/swebench/files/saved", import.meta.url));
const SHARD = "data-00000-of-00001.arrow";
let folder: string;
let saved: string;
const at = (name: string) => join(saved, "test", name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "saved-"));
  saved = join(folder, "saved");
  await cp(recorded, saved, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function changeState(change: (state: Record<string, unknown>) => void) {
  const state = JSON.parse(await readFile(at("state.json"), "utf8"));
  change(state);
  await writeFile(at("state.json"), JSON.stringify(state));
}

const refused = (told: string) => ({ code: "bad-file", message: expect.stringContaining(told) });

test("what save_to_disk wrote is read as swebench reads it: strings, large ones, lists, dictionaries, shards", async () => {
  const read = JSON.parse(await readFile(join(recorded, "read.json"), "utf8")) as Record<string, unknown[]>;
  expect(Object.keys(read)).toEqual(["test", "lists", "large", "coded"]);
  for (const [split, rows] of Object.entries(read)) {
    await writeFile(join(folder, "rows.json"), JSON.stringify(rows));
    const same = await readRows(join(folder, "rows.json"));
    expect(await readRows(recorded, { split }), split).toEqual(same);
    expect(await readRows(join(recorded, split)), `${split}'s own folder`).toEqual(same);
  }
  expect((await readRows(recorded))[0]).toMatchObject({
    ...{ id: "a__b-1", statement: "\uFEFFé\n", failToPass: ["t.py::a1", "t.py::b[é x]"], passToPass: [] },
  });
  await expect(readRows(recorded, { split: "dev" })).rejects.toMatchObject(
    refused("has no split dev: there is test, lists, large"),
  );
});

test("a split's Parquet comes before its saved folder, and that before its JSON Lines, as for swebench", async () => {
  await writeFile(join(saved, "test.jsonl"), '{"instance_id": "other"}\n');
  expect(await readRows(saved)).toHaveLength(3);
  await cp(
    fileURLToPath(new URL("../../test/swebench/files/rows.parquet", import.meta.url)),
    join(saved, "test.parquet"),
  );
  expect(await readRows(saved)).toHaveLength(2);
});

test("a shard that is cut off anywhere, or is no Arrow stream, is told", async () => {
  const whole = await readFile(at(SHARD));
  for (let length = 0; length < whole.length; length += 4) {
    await truncate(at(SHARD), length);
    await expect(readRows(saved), `${length} bytes`).rejects.toMatchObject(refused("it ends too early"));
    await writeFile(at(SHARD), whole);
  }
  for (const [bytes, told] of [
    [whole.subarray(-8), "it has no schema"],
    [Buffer.from("this is text and nothing more"), "it is no Arrow stream"],
    [Buffer.concat([Buffer.from("ARROW1\0\0"), whole]), "it is no Arrow stream"],
  ] as const) {
    await writeFile(at(SHARD), bytes);
    await expect(readRows(saved)).rejects.toMatchObject(refused(told));
  }
});

test("whatever number of a shard is false, what is read is bounded, or refused with a word", async () => {
  for (const split of ["test", "lists", "coded"]) {
    const name = split === "lists" ? "data-00000-of-00002.arrow" : SHARD;
    const whole = await readFile(join(recorded, split, name));
    let refusals = 0;
    for (let place = 0; place < whole.length; place += 1)
      for (const value of [0x7fffffff, -1, 0x00ffffff, 0]) {
        const bytes = new Uint8Array(whole);
        if (place + 4 > bytes.length) break;
        new DataView(bytes.buffer).setInt32(place, value, true);
        try {
          expect(JSON.stringify(arrowRows(bytes, COLUMNS, 1000)).length).toBeLessThan(64 * bytes.length);
        } catch (error) {
          expect(String(error)).toMatch(/^(Error|RangeError|TypeError): /);
          refusals += 1;
        }
      }
    expect(refusals, split).toBeGreaterThan(1000);
  }
});

test("compressed bodies are told", async () => {
  for (const name of ["lz4", "zstd"]) {
    await cp(fileURLToPath(new URL(`../../test/swebench/files/${name}.arrow`, import.meta.url)), at(SHARD));
    await expect(readRows(saved), name).rejects.toMatchObject(refused("is a compressed Arrow file"));
  }
});

test("state.json names files of its own folder, and nothing else", async () => {
  await cp(at(SHARD), join(folder, "outside.arrow"));
  for (const filename of ["../../outside.arrow", join(folder, "outside.arrow"), "..", "", "a\0b"]) {
    await changeState((state) => (state._data_files = [{ filename }]));
    await expect(readRows(saved), filename).rejects.toMatchObject(refused("is not the name of a file"));
  }
  await changeState((state) => (state._data_files = [{ filename: "data-00007-of-00009.arrow" }]));
  await expect(readRows(saved)).rejects.toMatchObject(refused("data-00007-of-00009.arrow cannot be read"));
  await changeState((state) => (state._data_files = []));
  await expect(readRows(saved)).rejects.toMatchObject(refused("has no rows"));
  await changeState((state) => delete state._data_files);
  await expect(readRows(saved)).rejects.toMatchObject(refused("is not of datasets"));
  await writeFile(at("state.json"), "{");
  await expect(readRows(saved)).rejects.toMatchObject(refused("is not JSON"));
  await rm(at("state.json"));
  await expect(readRows(saved)).rejects.toMatchObject(refused("cannot be read"));
});

test("a shard that leads to a device is not opened", async () => {
  await rm(at(SHARD));
  await symlink("/dev/zero", at(SHARD));
  await expect(readRows(saved)).rejects.toMatchObject(refused("is not a file"));
});
