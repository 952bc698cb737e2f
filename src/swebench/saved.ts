import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readArrow } from "./arrow.ts";
import { badFile, type Raw, readJson } from "./rawRows.ts";
import { isFolderName } from "./tree.ts";

const INFO = "dataset_info.json";
const STATE = "state.json";

/** What is read of the `state.json` that `datasets` writes; its shards are files beside it, whatever it says. */
const State = z.object({
  _data_files: z
    .array(
      z.object({ filename: z.string().refine(isFolderName, "is not the name of a file in this folder") }),
    )
    .max(10_000),
  _split: z.string().max(1000).nullish(),
  _format_columns: z.array(z.string()).nullish(),
  _output_all_columns: z.boolean().nullish(),
});
const Dict = z.object({ splits: z.array(z.string().max(1000)).max(1000) });

/** Whether a folder is one split of a dataset as `save_to_disk` of HuggingFace's `datasets` leaves it. */
export async function isSaved(folder: string): Promise<boolean> {
  return isFile(join(folder, INFO));
}

/** The splits that a folder's `dataset_dict.json` names; empty where there is none. */
export async function savedSplits(folder: string): Promise<string[]> {
  const path = join(folder, "dataset_dict.json");
  if (!(await isFile(path))) return [];
  const dict = Dict.safeParse(await readJson(path));
  if (!dict.success) throw badFile(path, "names no splits", "save the dataset anew with save_to_disk");
  return dict.data.splits;
}

/** The rows of such a split, of these columns only, as `load_from_disk` of `datasets` 5.2 gives them. */
export async function readSaved(folder: string, columns: readonly string[]): Promise<Raw[]> {
  const path = join(folder, STATE);
  const mend = "save the dataset anew with save_to_disk";
  const state = State.safeParse(await readJson(path));
  if (!state.success) {
    const [issue] = state.error.issues;
    throw badFile(path, `is not of datasets: ${issue?.path.join(".")} ${issue?.message}`, mend);
  }
  const { _data_files, _format_columns: shown, _output_all_columns: all } = state.data;
  const wanted = shown && !all ? columns.filter((column) => shown.includes(column)) : columns;
  const rows: Raw[] = [];
  for (const { filename } of _data_files) rows.push(...(await readArrow(join(folder, filename), wanted)));
  return rows;
}

const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
