import { resolve } from "node:path";
import { evaluate, type Graded } from "../evaluation/index.ts";
import { TaoceptionError } from "../platform/index.ts";
import type { Task } from "../protocol/index.ts";
import { openTester, prepare, type Source } from "../python/index.ts";
import type { openWorkbench } from "./workbench.ts";

/** Judge a patch as a validator does; `folder` takes the place of the package's release. */
export async function judge(
  patch: string,
  task: Task,
  folder: string | undefined,
  bench: Awaited<ReturnType<typeof openWorkbench>>,
): Promise<Graded> {
  const { name, version } = task.package;
  const source: Source =
    folder === undefined ? { kind: "release", name, version } : { kind: "folder", path: resolve(folder) };
  const prepared = await prepare(source, bench);
  if (!prepared.ok)
    throw new TaoceptionError("not-prepared", `${name} ${version} cannot be prepared: ${prepared.reason}`);
  const { project } = prepared;
  if (project.treeHash !== task.releaseTree)
    throw new TaoceptionError(
      "other-release",
      `this is another ${name} ${version} than the task was made from`,
    );
  if (project.environment.hash !== task.environment)
    throw new TaoceptionError(
      "other-environment",
      `the dependencies of ${name} ${version} resolve otherwise here than where the task was made`,
      { mend: "use the Python version and the platform of the receipt or task" },
    );
  await using tester = await openTester(project, bench);
  const { blobs, clock, signal } = bench;
  return await evaluate(patch, task, { tester, blobs, clock, ...(signal ? { signal } : {}) });
}
