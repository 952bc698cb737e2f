import { z } from "zod";
import { badFile, type Raw, readJson, readJsonLines } from "./rawRows.ts";
import type { BadRow, Row } from "./rows.ts";
import { isFolderName, modelPart } from "./tree.ts";

/** One model's answer to one task. */
export interface Prediction {
  id: string;
  model: string;
  /** A diff; `""` and null are no answer, undefined was not even written down. */
  patch: string | null | undefined;
}

const Columns = z.object({
  instance_id: z.string("is missing").min(1, "is empty").max(1000),
  model_name_or_path: z
    .string("is missing")
    .min(1, "is empty")
    .refine((model) => isFolderName(modelPart(model)), "cannot name a folder"),
  model_patch: z.string("is no text").max(500_000_000).nullish(),
});

/**
 * Predictions by task id: `.jsonl` lines, a `.json` list, or a `.json` object of them by id. Of two for one task
 * the later counts, in the place of the earlier. A TaoceptionError `bad-file` where they cannot be read.
 */
export async function readPredictions(path: string): Promise<Map<string, Prediction>> {
  const predictions = new Map<string, Prediction>();
  for (const raw of await rawOf(path)) {
    const prediction = predictionOf(raw);
    predictions.set(prediction.id, prediction);
  }
  if (predictions.size === 0) throw badFile(path, "has no predictions", "give at least one");
  return predictions;
}

/** What the word `gold` stands for: every row's own solution, as the model `gold`. */
export function goldPredictions(rows: readonly (Row | BadRow)[]): Map<string, Prediction> {
  const patchOf = (row: Row | BadRow) => (row.kind === "bad" ? undefined : row.gold);
  return new Map(rows.map((row) => [row.id, { id: row.id, model: "gold", patch: patchOf(row) }]));
}

/** Throws `bad-file` where predictions answer tasks that the dataset does not have: it is the wrong one. */
export function checkKnown(
  predictions: ReadonlyMap<string, Prediction>,
  rows: readonly { id: string }[],
  path: string,
): void {
  const known = new Set(rows.map(({ id }) => id));
  const strange = [...predictions.keys()].filter((id) => !known.has(id));
  if (strange.length === 0) return;
  const named = strange.slice(0, 5).join(", ") + (strange.length > 5 ? ", …" : "");
  throw badFile(
    path,
    `answers ${strange.length} tasks that the dataset does not have: ${named}`,
    "give the dataset and split that the predictions were made for",
  );
}

async function rawOf(path: string): Promise<Raw[]> {
  if (path.endsWith(".jsonl")) return readJsonLines(path);
  if (!path.endsWith(".json"))
    throw badFile(path, "is no file of predictions", "give a .jsonl or .json file, or the word gold");
  const read = await readJson(path);
  if (Array.isArray(read))
    return read.map((value, at) => ({ where: `${path}, prediction ${at + 1}`, value }));
  if (read === null || typeof read !== "object")
    throw badFile(path, "is neither a list nor an object", "give predictions as one of these");
  return Object.entries(read).map(([id, value]) => ({
    where: `${path}, prediction ${JSON.stringify(id)}`,
    value: value !== null && typeof value === "object" ? { instance_id: id, ...value } : value,
  }));
}

function predictionOf({ where, value }: Raw): Prediction {
  const { data, error } = Columns.safeParse(value);
  if (data) return { id: data.instance_id, model: data.model_name_or_path, patch: data.model_patch };
  const wrong = error.issues.map(({ path, message }) => `${path.join(".") || "it"} ${message}`).join("; ");
  throw badFile(
    where,
    `cannot be used: ${wrong}`,
    "each prediction is an object with instance_id, model_name_or_path and model_patch",
  );
}
