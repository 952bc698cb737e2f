import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Command } from "commander";
import { evaluate, type Graded } from "../../evaluation/index.ts";
import { TaoceptionError } from "../../platform/index.ts";
import { openTester, prepare, type Source } from "../../python/index.ts";
import type { Door } from "../door.ts";
import { readTask } from "../taskFile.ts";
import { UsageError } from "../usage.ts";
import { openWorkbench } from "../workbench.ts";

interface Options {
  patch: string;
  path?: string;
  cache?: string;
  offline?: boolean;
  json?: boolean;
}

export function add(program: Command, door: Door): void {
  program
    .command("evaluate")
    .description("judge a patch by a task, as a validator does; exit code 0 if it is resolved, else 1")
    .argument("<task>", "a task's .json file, as `tasks build` writes it")
    .requiredOption("--patch <file>", "a unified diff, or - for standard input")
    .option("--path <dir>", "the project's folder, for a task that was made from one")
    .option("--cache <dir>", "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option("--offline", "use what was fetched before, and nothing else")
    .option("--json", "print the whole evaluation as JSON")
    .action(async (file: string, options: Options) => {
      const patch = await patchText(options.patch, door);
      await using bench = await openWorkbench(options, door);
      const task = await readTask(file, bench);
      const { name, version } = task.package;
      const source: Source =
        options.path === undefined
          ? { kind: "release", name, version }
          : { kind: "folder", path: resolve(options.path) };
      const prepared = await prepare(source, bench);
      if (!prepared.ok)
        throw new TaoceptionError(
          "not-prepared",
          `${name} ${version} cannot be prepared: ${prepared.reason}`,
        );
      if (prepared.project.treeHash !== task.releaseTree)
        throw new TaoceptionError(
          "other-release",
          `this is another ${name} ${version} than the task was made from`,
        );
      await using tester = await openTester(prepared.project, bench);
      const { blobs, clock, signal } = bench;
      const graded = await evaluate(patch, task, { tester, blobs, clock, ...(signal ? { signal } : {}) });
      door.stdout.write(options.json ? `${JSON.stringify({ task: task.id, ...graded })}\n` : told(graded));
      if (graded.verdict !== "resolved")
        throw new TaoceptionError("not-resolved", `${task.id} is not resolved by this patch`);
    });
}

async function patchText(path: string, door: Door): Promise<string> {
  if (path === "-") return (await buffer(door.stdin)).toString("utf8");
  return readFile(path, "utf8").catch(() => {
    throw new UsageError([`--patch: ${path} cannot be read`]);
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
