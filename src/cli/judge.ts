import { join, resolve } from "node:path";
import { checkControls, evaluate, type Graded, testerOf } from "../evaluation/index.ts";
import type { Task } from "../protocol/index.ts";
import type { openWorkbench } from "./workbench.ts";

/**
 * Judge a patch as a validator does; `path` takes the place of the package's release. With `controls`, gold and the
 * base state must come out as they should on this machine first.
 */
export async function judge(
  patch: string,
  task: Task,
  { path, controls }: { path: string | undefined; controls: boolean },
  bench: Awaited<ReturnType<typeof openWorkbench>>,
): Promise<Graded> {
  await using tester = await testerOf(task, { folder: path && resolve(path) }, bench);
  const { blobs, clock, signal, cache, sandbox } = bench;
  const using = { tester, blobs, clock, ...(signal ? { signal } : {}) };
  const { pythonVersion } = sandbox;
  if (controls) await checkControls(task, { ...using, pythonVersion, folder: join(cache, "controls") });
  return await evaluate(patch, task, using);
}
