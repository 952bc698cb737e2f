import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Blobs, writeAtomically } from "../platform/index.ts";
import { Task, TreePath } from "../protocol/index.ts";
import { UsageError } from "./usage.ts";

/** A task with the bytes that only it has, so that the file alone and the package's release are enough to judge by it. */
const TaskFile = z.object({
  format: z.literal("taoception-task/1"),
  task: Task,
  /** The base state's changed files: path to base64. */
  files: z.record(TreePath, z.base64()),
});

/** Write a task into a folder: everything as `<id>.json`, and its statement beside it to be read. */
export async function writeTask(
  task: Task,
  folder: string,
  { blobs }: { blobs: Pick<Blobs, "get"> },
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const files: Record<string, string> = {};
  for (const [path, hash] of Object.entries(task.baseChanges))
    files[path] = Buffer.from(await blobs.get(hash)).toString("base64");
  const path = join(folder, `${task.id}.json`);
  await writeAtomically(
    path,
    `${JSON.stringify({ format: "taoception-task/1", task, files } satisfies z.input<typeof TaskFile>, null, 1)}\n`,
  );
  await writeAtomically(join(folder, `${task.id}.md`), task.statement);
  return path;
}

/** Read a task file; its files' bytes go into the blobs. */
export async function readTask(path: string, { blobs }: { blobs: Pick<Blobs, "put"> }): Promise<Task> {
  const text = await readFile(path, "utf8").catch(() => {
    throw new UsageError([`${path} cannot be read: give a task's .json file, as \`tasks build\` writes it`]);
  });
  let parsed: z.infer<typeof TaskFile>;
  try {
    parsed = TaskFile.parse(JSON.parse(text));
  } catch {
    throw new UsageError([`${path} is no task: give a .json file that \`tasks build\` has written`]);
  }
  for (const bytes of Object.values(parsed.files)) await blobs.put(Buffer.from(bytes, "base64"));
  return parsed.task;
}
