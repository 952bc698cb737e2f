import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { harborFolders, harborRow } from "./harbor.ts";
import { readParquet } from "./parquet.ts";
import { atMost, badFile, type Raw, readJson, readJsonLines, statOf } from "./rawRows.ts";
import { type BadRow, COLUMNS, type Row, rowOf } from "./rows.ts";
import { isSaved, readSaved, savedSplits } from "./saved.ts";

/**
 * The rows of a dataset, in its order: a `.json`, `.jsonl` or `.parquet` file, a folder that holds one split, one
 * that `save_to_disk` of `datasets` wrote (of one split it is read whatever `split` says), or one of Harbor tasks.
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
  if ((await statOf(path)).isDirectory()) return readSaved(path, COLUMNS);
  if (!path.endsWith(".json"))
    throw badFile(path, "is no dataset", "give a .json, .jsonl or .parquet file, or a folder of them");
  const rows = await readJson(path);
  if (!Array.isArray(rows)) throw badFile(path, "is no list", "a .json dataset is a list of rows");
  atMost(rows.length, path);
  return rows.map((value, at) => ({ where: `${path}, row ${at + 1}`, value }));
}

/**
 * Where a split lies in a folder: a file of its name, a saved folder of its name, the folder itself where it is a saved
 * split, or its shards, as dataset hubs lay them out. What swebench looks for comes first, in its order.
 */
async function filesOf(folder: string, split: string): Promise<string[]> {
  const entries = new Set(await readdir(folder));
  if (entries.has(`${split}.parquet`)) return [join(folder, `${split}.parquet`)];
  for (const place of [join(folder, split), folder]) if (await isSaved(place)) return [place];
  for (const ending of ["jsonl", "json"])
    if (entries.has(`${split}.${ending}`)) return [join(folder, `${split}.${ending}`)];
  for (const place of [folder, join(folder, "data")]) {
    if (place !== folder && !entries.has("data")) continue;
    const shards = (await readdir(place)).filter(
      (name) => name.startsWith(`${split}-`) && /-of-\d+\.parquet$/.test(name),
    );
    if (shards.length > 0) return shards.sort().map((name) => join(place, name));
  }
  const saved = await savedSplits(folder);
  const there = (saved.length > 0 ? saved : [...entries].sort()).slice(0, 10).join(", ") || "nothing";
  throw badFile(
    folder,
    `has no split ${split}: there is ${there}`,
    `put ${split}.parquet, ${split}.jsonl or ${split}.json into it, or name another split`,
  );
}
