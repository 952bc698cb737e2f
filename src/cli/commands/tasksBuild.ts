import { join, resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { emptyModel, rate } from "../../cerebro/index.ts";
import { taskRow, writeJsonl } from "../../dataset/index.ts";
import { testPatchOf } from "../../evaluation/index.ts";
import { TaoceptionError } from "../../platform/index.ts";
import { type Project, prepare, type Source } from "../../python/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { logLevel, NOT_BOTH, notBoth, packageNamed, rule, whole } from "../fields.ts";
import { writeTask } from "../taskFile.ts";
import { openWorkbench } from "../workbench.ts";

const Options = z
  .object({
    package: packageNamed.optional(),
    path: z.string().optional(),
    count: whole(1, 1_000),
    seed: z.string().max(200, "give at most 200 characters"),
    out: z.string(),
    cache: z.string().optional(),
    offline: z.boolean().optional(),
    json: z.boolean().optional(),
    logLevel,
  })
  .refine(notBoth, NOT_BOTH)
  .refine(
    ({ package: only, path }) => only !== undefined || path !== undefined,
    rule("give --package NAME or --path DIR"),
  );

/** `tasks build`: tasks from a package, without a subnet. */
export function addBuild(tasks: Command, door: Door): void {
  const command = tasks
    .command("build")
    .description("make verified tasks from a package and write each as a file, and all as dataset.jsonl")
    .option("--package <name[==version]>", "a package of the index")
    .option("--path <dir>", "a Python project in a folder")
    .option("--count <n>", "how many tasks", "4")
    .option("--seed <text>", "the same seed gives the same tasks", "0")
    .option("--out <dir>", "where to write them", "tasks")
    .option("--cache <dir>", "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option("--offline", "use what was fetched before, and nothing else")
    .option("--json", "print one JSON object a task on stdout");
  runs(command, Options, door, (options) => build(options, door));
}

async function build(options: z.infer<typeof Options>, door: Door): Promise<void> {
  const { package: only, path: folder, out, json } = options;
  const say = (text: string) => void door.stderr.write(`${text}\n`);
  await using bench = await openWorkbench(options, door);
  const { name: wanted = "", version: release } = only ?? {};
  const source: Source =
    folder !== undefined
      ? { kind: "folder", path: resolve(folder) }
      : { kind: "release", name: wanted, ...(release ? { version: release } : {}) };
  say(`preparing ${folder ?? wanted} …`);
  const prepared = await prepare(source, bench);
  const { name, version } = prepared.package;
  if (!prepared.ok) {
    say(prepared.log.slice(-3_000));
    throw new TaoceptionError(
      "not-prepared",
      `${name} ${version} cannot be prepared (${prepared.stage}): ${prepared.reason}`,
    );
  }
  say(`${name} ${version}: ${prepared.project.tests.length} tests; trying mutations …`);
  const { tasks, rejected } = await make(prepared.project, options, bench);
  for (const task of tasks) {
    const path = await writeTask(task, out, bench);
    const { id, generator, difficulty } = task;
    door.stdout.write(json ? `${JSON.stringify({ task: id, path, generator, difficulty })}\n` : `${path}\n`);
  }
  const rows = await Promise.all(tasks.map(async (task) => taskRow(task, await testPatchOf(task, bench))));
  if (rows.length > 0) await writeJsonl(join(out, "dataset.jsonl"), rows);
  say(`${tasks.length} tasks from ${tasks.length + rejected.length} candidates`);
  if (tasks.length === 0)
    throw new TaoceptionError("no-tasks", `no candidate of ${name} ${version} became a task`);
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
