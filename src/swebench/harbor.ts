import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { explain, TaoceptionError } from "../platform/index.ts";
import type { BadRow, Row } from "./rows.ts";
import { isFolderName } from "./tree.ts";

/** What is read of a Harbor task's `task.toml`; the rest of it is for agents. */
const TaskToml = z.object({
  environment: z.object({ docker_image: z.string().min(1).max(1_000).optional() }).optional(),
});
const MOST_BYTES = 1024 ** 2;
const MOST_TEST_BYTES = 256 * MOST_BYTES;
const MOST_TEST_FILES = 10_000;
const TASK = "task.toml";
const SCRIPT = "tests/test.sh";

/** Folders of Harbor tasks beneath a folder, or the folder itself; empty where there are none. */
export async function harborFolders(folder: string): Promise<string[]> {
  if (await isThere(join(folder, TASK))) return [folder];
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => ((await isThere(join(folder, name, TASK))) ? [join(folder, name)] : [])),
  );
  return found.flat().sort();
}

/**
 * A Harbor task folder as a row: `instruction.md` is the statement, `tests/test.sh` the script that writes a reward.
 * Its solution is a script, not a diff, so it has no gold; its image is the one that `task.toml` names, if any.
 */
export async function harborRow(folder: string): Promise<Row | BadRow> {
  const id = basename(folder);
  try {
    if (!isFolderName(id)) throw new Error("its name cannot be a task's");
    const toml = TaskToml.parse(parse(await read(folder, TASK)));
    return {
      ...{ kind: "harbor", id, repo: "", version: "", baseCommit: null },
      image: toml.environment?.docker_image ?? null,
      statement: await read(folder, "instruction.md"),
      ...{ gold: null, defect: null, testPatch: null, failToPass: [], passToPass: [], logParser: null },
      evalType: "pass_and_fail",
      evalScript: await read(folder, SCRIPT),
      testsFolder: join(folder, "tests"),
      task: null,
    };
  } catch (cause) {
    const error = new TaoceptionError("bad-row", `${folder} is no Harbor task: ${explain(cause)}`, {
      mend: "a task is a folder with task.toml, instruction.md and tests/test.sh",
    });
    return { kind: "bad", id, error };
  }
}

/** The files of a folder of Harbor tests, by their paths beneath it; links are left out. TaoceptionError `bad-row`. */
export async function harborTests(folder: string): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  const tooMuch = (what: string) =>
    new TaoceptionError("bad-row", `${folder} holds more than ${what}`, { mend: "make the task smaller" });
  let [count, bytes] = [0, 0];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    bytes += (await stat(path)).size;
    count += 1;
    if (count > MOST_TEST_FILES) throw tooMuch(`${MOST_TEST_FILES} files`);
    if (bytes > MOST_TEST_BYTES) throw tooMuch("256 MiB");
    files[relative(folder, path).split(sep).join("/")] = await readFile(path);
  }
  return files;
}

async function read(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new Error(`there is no ${name}`);
  if (found.size > MOST_BYTES) throw new Error(`${name} is larger than 1 MiB`);
  return readFile(path, "utf8");
}

const isThere = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
