import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { emptyModel, rate } from "../../cerebro/index.ts";
import { type Project, prepare, type Source } from "../../python/index.ts";
import type { Door } from "../door.ts";
import { packageNamed } from "../surroundings.ts";
import { readTask, writeTask } from "../taskFile.ts";
import { configure, UsageError, whole } from "../usage.ts";
import { openWorkbench } from "../workbench.ts";

const Build = z.object({
  package: packageNamed.optional(),
  path: z.string().optional(),
  count: whole(1, 1_000),
  seed: z.string().min(1).max(200),
  out: z.string(),
  cache: z.string().optional(),
  offline: z.boolean().optional(),
  json: z.boolean().optional(),
});

export function add(program: Command, door: Door): void {
  const tasks = program.command("tasks").description("make tasks from a package, and read them");
  tasks
    .command("build")
    .description("make verified tasks from a package and write each as a file")
    .option("--package <name[==version]>", "a package of the index")
    .option("--path <dir>", "a Python project in a folder")
    .option("--count <n>", "how many tasks", "4")
    .option("--seed <text>", "the same seed gives the same tasks", "0")
    .option("--out <dir>", "where to write them", "tasks")
    .option("--cache <dir>", "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option("--offline", "use what was fetched before, and nothing else")
    .option("--json", "print one JSON object a task on stdout")
    .action((given: Record<string, unknown>) => build(configure(Build, given), door));
  tasks
    .command("show")
    .description("print what a miner is told of a task; with --gold the answer too")
    .argument("<task>", "a task's .json file")
    .option("--gold", "print the gold patch and the hidden tests too")
    .option("--json", "print the whole record as JSON")
    .action(async (file: string, { gold, json }: { gold?: boolean; json?: boolean }) => {
      const task = await readTask(file, { blobs: { put: async () => "" } });
      if (json) {
        door.stdout.write(`${JSON.stringify(task)}\n`);
        return;
      }
      const { logit, low, high } = task.difficulty;
      const lines = [
        `${task.id}  ${task.package.name} ${task.package.version}`,
        `difficulty ${logit.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
        `${task.failToPass.length} tests must turn green, ${task.passToPass.length} must stay green`,
        "",
        task.statement,
      ];
      if (gold) lines.push(task.gold, `kind: ${task.generator}`, "must turn green:", ...task.failToPass);
      door.stdout.write(`${lines.join("\n")}\n`);
    });
}

async function build(options: z.infer<typeof Build>, door: Door): Promise<void> {
  if ((options.package === undefined) === (options.path === undefined))
    throw new UsageError(["give --package NAME or --path DIR"]);
  const say = (text: string) => void door.stderr.write(`${text}\n`);
  await using bench = await openWorkbench(options, door);
  const source: Source =
    options.path !== undefined
      ? { kind: "folder", path: resolve(options.path) }
      : {
          kind: "release",
          name: options.package?.name ?? "",
          ...(options.package?.version ? { version: options.package.version } : {}),
        };
  say(`preparing ${options.path ?? options.package?.name} …`);
  const prepared = await prepare(source, bench);
  const { name, version } = prepared.package;
  if (!prepared.ok) {
    say(prepared.log.slice(-3_000));
    throw new UsageError([`${name} ${version} cannot be prepared (${prepared.stage}): ${prepared.reason}`]);
  }
  say(`${name} ${version}: ${prepared.project.tests.length} tests; trying mutations …`);
  const { tasks, rejected } = await make(prepared.project, options, bench);
  for (const task of tasks) {
    const path = await writeTask(task, options.out, bench);
    door.stdout.write(
      options.json
        ? `${JSON.stringify({ task: task.id, path, generator: task.generator, difficulty: task.difficulty })}\n`
        : `${path}\n`,
    );
  }
  say(`${tasks.length} tasks from ${tasks.length + rejected.length} candidates`);
  if (tasks.length === 0) throw new UsageError([`no candidate of ${name} ${version} became a task`]);
}

async function make(
  project: Project,
  { count, seed }: { count: number; seed: string },
  bench: Awaited<ReturnType<typeof openWorkbench>>,
) {
  const { openTester } = await import("../../python/index.ts");
  const { makeTasks } = await import("../../tasks/index.ts");
  await using tester = await openTester(project, bench);
  const { blobs, clock, signal } = bench;
  return await makeTasks(
    project,
    { count, seed, concurrency: 2 },
    { tester, blobs, clock, rate: (task) => rate(emptyModel(), task), ...(signal ? { signal } : {}) },
  );
}
