import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Command } from "commander";
import { z } from "zod";
import { readKeyfile } from "../../bittensor/index.ts";
import { type Graded, sealReceipt, versionsOf } from "../../evaluation/index.ts";
import { TaoceptionError } from "../../platform/index.ts";
import { isFolderName } from "../../swebench/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { evaluateDataset } from "../evaluateDataset.ts";
import { logLevel, whole } from "../fields.ts";
import { judge } from "../judge.ts";
import { writeReceipt } from "../receiptFile.ts";
import { keepFiles, readTask } from "../taskFile.ts";
import { linesOf, UsageError } from "../usage.ts";
import { openWorkbench } from "../workbench.ts";
import { addReport } from "./evaluateReport.ts";

const Options = z
  .object({
    task: z.string().optional(),
    patch: z.string().optional(),
    dataset: z.string().optional(),
    split: z.string().refine(isFolderName, "give a split's name, such as test").optional(),
    predictions: z.string().optional(),
    runId: z.string().refine(isFolderName, "give a name that a file can have").optional(),
    out: z.string().optional(),
    workers: whole(1, 256).optional(),
    timeout: whole(1, 86_400).optional(),
    path: z.string().optional(),
    cache: z.string().optional(),
    offline: z.boolean().optional(),
    receipt: z.string().optional(),
    keyfile: z.string().optional(),
    json: z.boolean().optional(),
    logLevel,
  })
  .superRefine(({ task, patch, dataset, predictions, receipt, keyfile, ...others }, context) => {
    const tell = (message: string, ...path: string[]) => context.addIssue({ code: "custom", message, path });
    const many = dataset !== undefined || predictions !== undefined;
    if (many && (task !== undefined || patch !== undefined))
      tell("give a task and --patch, or --dataset and --predictions");
    for (const [name, value] of Object.entries(many ? { dataset, predictions } : { task, patch }))
      if (value === undefined) tell("is missing", name);
    const { split, runId, out, workers, timeout } = others;
    for (const [name, value] of Object.entries(many ? { receipt } : { split, runId, out, workers, timeout }))
      if (value !== undefined) tell(many ? "is for one task and its patch" : "goes with --dataset", name);
    if ((receipt === undefined) !== (keyfile === undefined))
      tell("--receipt and --keyfile go together: a receipt is signed");
  });

export function add(program: Command, door: Door): void {
  const command = program
    .command("evaluate")
    .enablePositionalOptions() // what follows `report` is its own
    .usage("<task> --patch <file> | --dataset <file> --predictions <file>  [options]")
    .description(
      "judge a patch by a task, as a validator does (exit code 0 if it is resolved, else 1), or the predictions of a dataset, with swebench's reports and our own verdicts (exit code 0 once all are judged)",
    )
    .argument("[task]", "a task's .json file, as `tasks build` writes it")
    .option("--patch <file>", "a unified diff, or - for standard input")
    .option(
      "--dataset <file>",
      "SWE-bench rows: .json, .jsonl, .parquet, a folder of a split or of save_to_disk",
    )
    .option("--split <name>", "which split of a folder (default: test)")
    .option("--predictions <file>", "predictions: .jsonl, .json (a list, or an object by id), or gold")
    .option("--run-id <id>", "names the run; one of the same name goes on (default: the time)")
    .option("--out <dir>", "where to write logs/run_evaluation and <model>.<id>.json (default: .)")
    .option("--workers <n>", "how many are judged at a time (default: the processors)")
    .option("--timeout <seconds>", "how long the script of a row with an image may run (default: 1800)")
    .option("--path <dir>", "the project's folder, for a task that was made from one")
    .option("--cache <dir>", "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option("--offline", "use what was fetched before, and nothing else")
    .option("--receipt <file>", "write a signed receipt, which `verify` can judge again")
    .option("--keyfile <file>", "the hotkey that signs the receipt, as a plain keyfile")
    .option("--json", "print the whole evaluation as JSON");
  addReport(command, door);
  runs(command, Options, door, async ({ task: name, patch: diff, dataset, predictions, ...options }) => {
    if (dataset !== undefined && predictions !== undefined)
      return evaluateDataset({ dataset, predictions, ...options }, door);
    const { patch, task } = await inputs({ task: name ?? "", patch: diff ?? "" }, door);
    const keypair = options.keyfile === undefined ? null : await readKeyfile(options.keyfile);
    await using bench = await openWorkbench(options, door);
    await keepFiles(task, bench);
    const graded = await judge(patch, task.task, { path: options.path, controls: false }, bench);
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
