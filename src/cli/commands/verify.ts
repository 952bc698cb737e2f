import type { Command } from "commander";
import { z } from "zod";
import { differencesFrom, foreignTo } from "../../evaluation/index.ts";
import { TaoceptionError } from "../../platform/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { logLevel } from "../fields.ts";
import { judge } from "../judge.ts";
import { readReceipt } from "../receiptFile.ts";
import { keepFiles } from "../taskFile.ts";
import { openWorkbench } from "../workbench.ts";

const Options = z.object({
  receipt: z.string(),
  path: z.string().optional(),
  cache: z.string().optional(),
  offline: z.boolean().optional(),
  json: z.boolean().optional(),
  logLevel,
});

export function add(program: Command, door: Door): void {
  const command = program
    .command("verify")
    .description("judge again what a receipt is about; exit code 0 if everything comes out the same")
    .argument("<receipt>", "a receipt's .json file, as `receipt` or `evaluate --receipt` writes it")
    .option("--path <dir>", "the project's folder, for a task that was made from one")
    .option("--cache <dir>", "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option("--offline", "use what was fetched before, and nothing else")
    .option("--json", "print the comparison as JSON");
  runs(command, Options, door, async (options) => {
    const { receipt, task, patch } = await readReceipt(options.receipt);
    const foreign = foreignTo(receipt, patch, task.task);
    if (foreign.length > 0)
      throw new TaoceptionError(
        "bad-receipt",
        `the file's ${foreign.join(", ")} is not what the receipt names`,
      );
    await using bench = await openWorkbench(options, door);
    await keepFiles(task, bench);
    const again = await judge(patch, task.task, { path: options.path, controls: true }, bench);
    if (again.verdict === "unscored")
      throw new TaoceptionError("not-verified", `it could not be judged here: ${again.reason}`);
    const differences = differencesFrom(receipt, again);
    const { validator, task: id, verdict } = receipt.body;
    const equal = differences.length === 0;
    door.stdout.write(
      options.json
        ? `${JSON.stringify({ task: id, validator, verdict, equal, differences })}\n`
        : [
            `${id}: ${verdict}, signed by ${validator}`,
            ...differences,
            equal ? "equal" : "not equal",
            "",
          ].join("\n"),
    );
    if (!equal) throw new TaoceptionError("not-equal", `${id} does not come out as its receipt says`);
  });
}
