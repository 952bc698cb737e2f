import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { databaseUrl, logLevel } from "../fields.ts";
import { writeReceipt } from "../receiptFile.ts";
import { openRecordOf } from "../record.ts";
import { bundle } from "../taskFile.ts";
import { UsageError } from "../usage.ts";

const Options = z.object({
  task: z.string(),
  miner: z.string(),
  out: z.string(),
  home: z.string().optional(),
  cache: z.string().optional(),
  databaseUrl: databaseUrl.optional(),
  logLevel,
});

export function add(program: Command, door: Door): void {
  const command = program
    .command("receipt")
    .description("write the signed receipt of a recorded verdict, with the task and the patch")
    .argument("<task>", "a task's id, as the events tell it")
    .requiredOption("--miner <hotkey>", "whose patch it was")
    .requiredOption("--out <file>", "where to write it")
    .option("--home <dir>", "where all state lives (TAOCEPTION_HOME; default: the user's data folder)")
    .option("--cache <dir>", "where packages lie (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option("--database-url <url>", "the Postgres that holds the record (DATABASE_URL)");
  runs(command, Options, door, async ({ task: id, miner, out, ...options }) => {
    const { receiptOf } = await import("../../validator/index.ts");
    await using record = await openRecordOf("receipt", options, door);
    const found = await receiptOf(id, miner, record.storage);
    if (!found) throw new UsageError([`the record in ${record.folder} has no receipt of ${miner} on ${id}`]);
    const { receipt, task, patch } = found;
    await writeReceipt(resolve(out), { receipt, task: await bundle(task, record), patch });
    door.stdout.write(`${out}\n`);
  });
}
