import { stat } from "node:fs/promises";
import {
  type BadRow,
  checkKnown,
  goldPredictions,
  type Prediction,
  type Row,
  readPredictions,
  readRows,
} from "../swebench/index.ts";
import { linesOf, UsageError } from "./usage.ts";

/** What `--dataset`, `--split` and `--predictions` name; all that is wrong with them is told at once. */
export async function readInputs(
  { dataset, split, predictions: source }: { dataset: string; split: string; predictions: string },
  ...others: Promise<unknown>[]
): Promise<{ rows: (Row | BadRow)[]; predictions: Map<string, Prediction> }> {
  const answers = source === "gold" ? undefined : readPredictions(source);
  const [rows, given, ...rest] = await Promise.allSettled([readRows(dataset, { split }), answers, ...others]);
  const problems = [rows, given, ...rest].flatMap((each) =>
    each.status === "rejected" ? linesOf(each.reason) : [],
  );
  if (rows.status === "rejected" || given.status === "rejected" || problems.length > 0)
    throw new UsageError(problems);
  const predictions = given.value ?? goldPredictions(rows.value);
  checkKnown(predictions, rows.value, source);
  return { rows: rows.value, predictions };
}

/** Throws a UsageError unless a folder lies there. */
export async function mustBeFolder(flag: string, path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) throw new UsageError([`${flag}: there is no folder ${path}`]);
}
