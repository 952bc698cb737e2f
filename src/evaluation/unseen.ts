import { isTest } from "../patch/index.ts";
import type { Task } from "../protocol/index.ts";
import type { Changes } from "../python/index.ts";

/**
 * A state of the tree as scripts and hidden calls see it: without the files of the tests that the miner never saw. A
 * patch that looks for its repair while it is judged has nothing there to try it with. What is no test's own file
 * (a module whose examples are tests) stays.
 */
export function withoutUnseen(
  changes: Changes,
  { failToPass, context: { testPaths } }: Pick<Task, "failToPass" | "context">,
): Changes {
  const files = failToPass.map((id) => id.split("::")[0] ?? "");
  const gone = files.filter((file) => isTest(file, { testPaths }) && !Object.hasOwn(changes, file));
  return { ...changes, ...Object.fromEntries(gone.map((file) => [file, null])) };
}
