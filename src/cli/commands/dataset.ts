import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { databaseUrl, logLevel } from "../fields.ts";
import { openRecordOf } from "../record.ts";

const Options = z.object({
  out: z.string(),
  home: z.string().optional(),
  cache: z.string().optional(),
  databaseUrl: databaseUrl.optional(),
  json: z.boolean().optional(),
  logLevel,
});

export function add(program: Command, door: Door): void {
  const command = program
    .command("dataset")
    .description("the record as a dataset")
    .command("build")
    .description("write tasks, attempts and verdicts as JSON Lines, SWE-bench's columns first")
    .requiredOption("--out <dir>", "where to write tasks.jsonl, attempts.jsonl and verdicts.jsonl")
    .option("--home <dir>", "where all state lives (TAOCEPTION_HOME; default: the user's data folder)")
    .option("--cache <dir>", "where packages lie (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option("--database-url <url>", "the Postgres that holds the record (DATABASE_URL)")
    .option("--json", "print the number of rows as JSON");
  runs(command, Options, door, async ({ out, json, ...options }) => {
    const { publish } = await import("../../validator/index.ts");
    await using record = await openRecordOf("dataset", options, door);
    const rows = await publish(resolve(out), { journal: record.storage, blobs: record.blobs });
    door.stdout.write(
      json
        ? `${JSON.stringify(rows)}\n`
        : `${out}: ${rows.tasks} tasks, ${rows.attempts} attempts, ${rows.verdicts} verdicts\n`,
    );
  });
}
