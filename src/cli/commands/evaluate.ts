import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Command } from "commander";
import { z } from "zod";
import { readKeyfile } from "../../bittensor/index.ts";
import { type Graded, sealReceipt, versionsOf } from "../../evaluation/index.ts";
import { TaoceptionError } from "../../platform/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { logLevel } from "../fields.ts";
import { judge } from "../judge.ts";
import { writeReceipt } from "../receiptFile.ts";
import { keepFiles, readTask } from "../taskFile.ts";
import { linesOf, UsageError } from "../usage.ts";
import { openWorkbench } from "../workbench.ts";
import { addReport } from "./evaluateReport.ts";

const Options = z
  .object({
    task: z.string(),
    patch: z.string(),
    path: z.string().optional(),
    cache: z.string().optional(),
    offline: z.boolean().optional(),
    receipt: z.string().optional(),
    keyfile: z.string().optional(),
    json: z.boolean().optional(),
    logLevel,
  })
  .refine(({ receipt, keyfile }) => (receipt === undefined) === (keyfile === undefined), {
    error: "--receipt and --keyfile go together: a receipt is signed",
  });

export function add(program: Command, door: Door): void {
  const command = program
    .command("evaluate")
    .enablePositionalOptions() // what follows `report` is its own
    .description("judge a patch by a task, as a validator does; exit code 0 if it is resolved, else 1")
    .argument("<task>", "a task's .json file, as `tasks build` writes it")
    .requiredOption("--patch <file>", "a unified diff, or - for standard input")
    .option("--path <dir>", "the project's folder, for a task that was made from one")
    .option("--cache <dir>", "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option("--offline", "use what was fetched before, and nothing else")
    .option("--receipt <file>", "write a signed receipt, which `verify` can judge again")
    .option("--keyfile <file>", "the hotkey that signs the receipt, as a plain keyfile")
    .option("--json", "print the whole evaluation as JSON");
  addReport(command, door);
  runs(command, Options, door, async (options) => {
    const { patch, task } = await inputs(options, door);
    const keypair = options.keyfile === undefined ? null : await readKeyfile(options.keyfile);
    await using bench = await openWorkbench(options, door);
    await keepFiles(task, bench);
    const graded = await judge(patch, task.task, options.path, bench);
    const { id } = task.task;
    if (keypair && options.receipt !== undefined) {
      const about = {
        keypair,
        versions: versionsOf(bench.sandbox),
        miner: null,
        round: null,
        at: bench.clock.now(),
      };
      const receipt = sealReceipt(patch, task.task, graded, about);
      await writeReceipt(resolve(options.receipt), { receipt, task, patch });
    }
    door.stdout.write(options.json ? `${JSON.stringify({ task: id, ...graded })}\n` : told(graded));
    if (graded.verdict !== "resolved")
      throw new TaoceptionError("not-resolved", `${id} is not resolved by this patch`);
  });
}

/** What is to be judged, and by what; both are told when neither can be read. */
async function inputs({ patch, task }: { patch: string; task: string }, door: Door) {
  const [text, file] = await Promise.allSettled([patchText(patch, door), readTask(task)]);
  if (text.status === "fulfilled" && file.status === "fulfilled")
    return { patch: text.value, task: file.value };
  throw new UsageError(
    [file, text].flatMap((each) => (each.status === "rejected" ? linesOf(each.reason) : [])),
  );
}

async function patchText(path: string, door: Door): Promise<string> {
  if (path === "-") return (await buffer(door.stdin)).toString("utf8");
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError([`--patch: ${path} cannot be read (${error.code ?? error.message})`]);
  });
}

function told({ verdict, layer, reason, failToPass, passToPass, patchLines, goldLines, durationMs }: Graded) {
  const share = (name: string, { success, failure }: Graded["failToPass"]) =>
    success.length + failure.length === 0
      ? []
      : [`${name}: ${success.length} of ${success.length + failure.length}`];
  return `${[
    `${verdict}  (${layer}: ${reason})`,
    ...share("turned green", failToPass),
    ...share("stayed green", passToPass),
    `${patchLines} changed lines, gold has ${goldLines}; judged in ${(durationMs / 1000).toFixed(1)} s`,
  ].join("\n")}\n`;
}
