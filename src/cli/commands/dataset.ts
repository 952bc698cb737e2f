import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { openLogger } from "../../platform/index.ts";
import type { Door } from "../door.ts";
import { homeFolder, places } from "../home.ts";
import { configure } from "../usage.ts";

const Options = z.object({
  out: z.string(),
  home: z.string().optional(),
  databaseUrl: z.url().optional(),
  json: z.boolean().optional(),
});

export function add(program: Command, door: Door): void {
  program
    .command("dataset")
    .description("the record as a dataset")
    .command("build")
    .description("write tasks, attempts and verdicts as JSON Lines, SWE-bench's columns first")
    .requiredOption("--out <dir>", "where to write tasks.jsonl, attempts.jsonl and verdicts.jsonl")
    .option("--home <dir>", "where all state lives (TAOCEPTION_HOME; default: the user's data folder)")
    .option("--database-url <url>", "the Postgres that holds the record (DATABASE_URL)")
    .option("--json", "print the number of rows as JSON")
    .action(async (given: Record<string, unknown>) => {
      const { environment, stdout, signal } = door;
      const { out, home, json, databaseUrl } = configure(Options, {
        databaseUrl: environment.DATABASE_URL,
        ...given,
      });
      const { openRecord, publish } = await import("../../validator/index.ts");
      const logger = openLogger("dataset", environment.TAOCEPTION_LOG ?? "warn");
      const folder = places(homeFolder(home, environment)).validator;
      await using record = await openRecord({ home: folder, databaseUrl }, { logger, signal });
      const rows = await publish(resolve(out), { journal: record.storage, blobs: record.blobs });
      stdout.write(
        json
          ? `${JSON.stringify(rows)}\n`
          : `${out}: ${rows.tasks} tasks, ${rows.attempts} attempts, ${rows.verdicts} verdicts\n`,
      );
    });
}
