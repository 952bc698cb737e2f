import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Blobs, writeAtomically } from "../platform/index.ts";
import { Task, TreePath } from "../protocol/index.ts";
import { UsageError } from "./usage.ts";

/** A task with the bytes that only it has, so that the file alone and the package's release are enough to judge by it. */
export const TaskFile = z.object({
  format: z.literal("taoception-task/1"),
  task: Task,
  /** The base state's changed files: path to base64. */
  files: z.record(TreePath, z.base64()),
});
export type TaskFile = z.infer<typeof TaskFile>;

/** Write a task into a folder: everything as `<id>.json`, and its statement beside it to be read. */
export async function writeTask(
  task: Task,
  folder: string,
  { blobs }: { blobs: Pick<Blobs, "get"> },
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${task.id}.json`);
  await writeAtomically(path, `${JSON.stringify(await bundle(task, { blobs }), null, 1)}\n`);
  await writeAtomically(join(folder, `${task.id}.md`), task.statement);
  return path;
}

/** A task with its bytes. */
export async function bundle(task: Task, { blobs }: { blobs: Pick<Blobs, "get"> }): Promise<TaskFile> {
  const files: Record<string, string> = {};
  for (const [path, hash] of Object.entries(task.baseChanges))
    files[path] = Buffer.from(await blobs.get(hash)).toString("base64");
  return { format: "taoception-task/1", task, files };
}

/** Read a task file. */
export async function readTask(path: string): Promise<TaskFile> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const why = error.code ?? error.message;
    throw new UsageError([
      `${path} cannot be read (${why}): give a task's .json file, as \`tasks build\` writes it`,
    ]);
  });
  try {
    return TaskFile.parse(JSON.parse(text));
  } catch {
    throw new UsageError([`${path} is no task: give a .json file that \`tasks build\` has written`]);
  }
}

/** Put the bytes of a task's files into the blobs, where the task's hashes look for them. */
export async function keepFiles(
  { files }: TaskFile,
  { blobs }: { blobs: Pick<Blobs, "put"> },
): Promise<void> {
  for (const bytes of Object.values(files)) await blobs.put(Buffer.from(bytes, "base64"));
}
