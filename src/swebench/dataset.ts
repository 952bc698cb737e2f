import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { harborFolders, harborRow } from "./harbor.ts";
import { readParquet } from "./parquet.ts";
import { atMost, badFile, type Raw, readJson, readJsonLines, statOf } from "./rawRows.ts";
import { type BadRow, COLUMNS, type Row, rowOf } from "./rows.ts";

/**
 * The rows of a dataset, in its order: a `.json`, `.jsonl` or `.parquet` file, a folder that holds one split,
 * or one of Harbor tasks.
 * A row that cannot be used is given as bad; a dataset that cannot is a TaoceptionError `bad-file`.
 */
export async function readRows(path: string, { split = "test" } = {}): Promise<(Row | BadRow)[]> {
  const isFolder = (await statOf(path)).isDirectory();
  const harbor = isFolder ? await harborFolders(path) : [];
  if (harbor.length > 0) {
    atMost(harbor.length, path);
    return Promise.all(harbor.map(harborRow));
  }
  const files = isFolder ? await filesOf(path, split) : [path];
  const rows: (Row | BadRow)[] = [];
  for (const file of files) for (const raw of await readFileRows(file)) rows.push(rowOf(raw));
  atMost(rows.length, path);
  if (rows.length === 0) throw badFile(path, "has no rows", "give a dataset with at least one task");
  return rows;
}

async function readFileRows(path: string): Promise<Raw[]> {
  if (path.endsWith(".jsonl")) return readJsonLines(path);
  if (path.endsWith(".parquet")) return readParquet(path, COLUMNS);
  if (!path.endsWith(".json"))
    throw badFile(path, "is no dataset", "give a .json, .jsonl or .parquet file, or a folder of them");
  const rows = await readJson(path);
  if (!Array.isArray(rows)) throw badFile(path, "is no list", "a .json dataset is a list of rows");
  atMost(rows.length, path);
  return rows.map((value, at) => ({ where: `${path}, row ${at + 1}`, value }));
}

/** The files of a split in a folder: one of its name, or its shards, as dataset hubs lay them out. */
async function filesOf(folder: string, split: string): Promise<string[]> {
  const entries = new Set(await readdir(folder));
  for (const ending of ["parquet", "jsonl", "json"])
    if (entries.has(`${split}.${ending}`)) return [join(folder, `${split}.${ending}`)];
  if (entries.has(split) && new Set(await readdir(join(folder, split))).has("dataset_info.json"))
    throw badFile(
      join(folder, split),
      "holds Arrow files, which are not read",
      `write it as Parquet: load_from_disk(…).to_parquet("${split}.parquet")`,
    );
  for (const place of [folder, join(folder, "data")]) {
    if (place !== folder && !entries.has("data")) continue;
    const shards = (await readdir(place)).filter(
      (name) => name.startsWith(`${split}-`) && /-of-\d+\.parquet$/.test(name),
    );
    if (shards.length > 0) return shards.sort().map((name) => join(place, name));
  }
  const there = [...entries].sort().slice(0, 10).join(", ") || "nothing";
  throw badFile(
    folder,
    `has no split ${split}: there is ${there}`,
    `put ${split}.parquet, ${split}.jsonl or ${split}.json into it, or name another split`,
  );
}
