import { TaoceptionError } from "../platform/index.ts";
import type { Task } from "../protocol/index.ts";
import { openTester, type Preparing, prepare, type Source, type Tester } from "../python/index.ts";

/**
 * A warm tester of the release that a task was made from, prepared on this machine; `folder` takes the release's place.
 * TaoceptionError `not-prepared`, or `other-release` and `other-environment` where it comes out otherwise here.
 */
export async function testerOf(
  { package: { name, version }, releaseTree, environment }: Task,
  { folder }: { folder?: string | undefined },
  preparing: Preparing,
): Promise<Tester> {
  const source: Source =
    folder === undefined ? { kind: "release", name, version } : { kind: "folder", path: folder };
  const prepared = await prepare(source, preparing);
  if (!prepared.ok)
    throw new TaoceptionError("not-prepared", `${name} ${version} cannot be prepared: ${prepared.reason}`);
  const { project } = prepared;
  if (project.treeHash !== releaseTree)
    throw new TaoceptionError(
      "other-release",
      `this is another ${name} ${version} than the task was made from`,
    );
  if (project.environment.hash !== environment)
    throw new TaoceptionError(
      "other-environment",
      `the dependencies of ${name} ${version} resolve otherwise here than where the task was made`,
      { mend: "use the Python version and the platform that the task was made with" },
    );
  return openTester(project, preparing);
}
