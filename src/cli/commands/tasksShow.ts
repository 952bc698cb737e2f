import type { Command } from "commander";
import { z } from "zod";
import type { Task } from "../../protocol/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { readTask } from "../taskFile.ts";

const Options = z.object({ task: z.string(), gold: z.boolean().optional(), json: z.boolean().optional() });

/** `tasks show`: a task as a miner sees it. */
export function addShow(tasks: Command, door: Door): void {
  const command = tasks
    .command("show")
    .description("print what a miner is told of a task; with --gold the answer too")
    .argument("<task>", "a task's .json file, as `tasks build` writes it")
    .option("--gold", "print the gold patch and the hidden tests too")
    .option("--json", "print the whole record as JSON");
  runs(command, Options, door, async ({ task: file, gold = false, json = false }) => {
    const { task } = await readTask(file);
    door.stdout.write(json ? `${JSON.stringify(task)}\n` : told(task, gold));
  });
}

function told(task: Task, gold: boolean): string {
  const { logit, low, high } = task.difficulty;
  const lines = [
    `${task.id}  ${task.package.name} ${task.package.version}`,
    `difficulty ${logit.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
    `${task.failToPass.length} tests must turn green, ${task.passToPass.length} must stay green`,
    "",
    task.statement,
  ];
  if (gold) lines.push(task.gold, `kind: ${task.generator}`, "must turn green:", ...task.failToPass);
  return `${lines.join("\n")}\n`;
}
