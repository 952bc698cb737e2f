import type { Command } from "commander";
import { z } from "zod";
import { databaseUrl, logLevel, modelFields, packageNamed, whole } from "./fields.ts";

/** What a validator is told of its rounds: by a person, or by `up`, which hands it on. */
export const roundFields = {
  home: z.string().optional(),
  cache: z.string().optional(),
  rounds: whole(1, 1_000_000).optional(),
  package: packageNamed.optional(),
  path: z.string().optional(),
  deadline: whole(5, 3_600),
  offline: z.boolean().default(false),
  workers: whole(0, 64),
  databaseUrl: databaseUrl.optional(),
  logLevel,
  ...modelFields,
};

/** The flags that say how rounds go. */
export function roundFlags(command: Command): Command {
  return command
    .option("--rounds <n>", "end after so many rounds, one weights beat and one epoch")
    .option("--package <name[==version]>", "make every task from this package")
    .option("--path <dir>", "make every task from the Python project in this folder")
    .option("--deadline <seconds>", "how long miners have for a challenge", "90")
    .option("--workers <n>", "processes that judge patches; 0 = the validator itself does", "0");
}
