import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { isFolderName, regrade, type Ungraded, writeRunReport } from "../../swebench/index.ts";
import { runs } from "../configure.ts";
import { mustBeFolder, readInputs } from "../datasetInputs.ts";
import type { Door } from "../door.ts";
import { logLevel } from "../fields.ts";

const Options = z.object({
  dataset: z.string(),
  split: z.string().refine(isFolderName, "give a split's name, such as test").default("test"),
  predictions: z.string(),
  logs: z.string(),
  runId: z.string().refine(isFolderName, "give a name that a file can have"),
  out: z.string(),
  json: z.boolean().optional(),
  logLevel,
});

/** `evaluate report`: saved logs are graded anew. */
export function addReport(evaluate: Command, door: Door): void {
  const command = evaluate
    .command("report")
    .description(
      "grade saved test logs anew, as swebench 5.0.2 does, and run nothing; exit code 0 once the reports are written",
    )
    .requiredOption(
      "--dataset <file>",
      "SWE-bench rows: .json, .jsonl, .parquet, a folder of a split or of save_to_disk",
    )
    .option("--split <name>", "which split of a folder (default: test)")
    .requiredOption(
      "--predictions <file>",
      "predictions: .jsonl, .json (a list, or an object by id), or gold",
    )
    .requiredOption("--logs <dir>", "the saved logs: <instance_id>/test_output.txt")
    .requiredOption("--run-id <id>", "names the run report, <model>.<id>.json")
    .requiredOption("--out <dir>", "where to write <instance_id>/report.json, and the run report beside them")
    .option("--json", "print the run report, its path and what has no report as JSON");
  runs(command, Options, door, async (options) => {
    const { rows, predictions } = await readInputs(options, mustBeFolder("--logs", options.logs));
    const places = { logs: resolve(options.logs), out: resolve(options.out) };
    const ungraded: Ungraded[] = [];
    for (const row of rows) {
      const prediction = predictions.get(row.id);
      door.signal.throwIfAborted();
      const without = prediction && (await regrade(row, prediction, places));
      if (!without) continue;
      ungraded.push(without);
      door.stderr.write(`taoception: ${without.id} has no report: ${without.reason}\n`);
    }
    const { path, text } = await writeRunReport(rows, predictions, { ...places, runId: options.runId });
    const report = JSON.parse(text);
    door.stdout.write(
      options.json ? `${JSON.stringify({ path, report, ungraded })}\n` : `${told(report)}${path}\n`,
    );
  });
}

const TOLD = ["submitted", "completed", "resolved", "unresolved", "empty_patch", "error"];

function told(report: Record<string, unknown>): string {
  const counts = TOLD.map((name) => `${report[`${name}_instances`]} ${name.replace("_", " ")}`);
  return `${report.total_instances} tasks: ${counts.join(", ")}\n`;
}
