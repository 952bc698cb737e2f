import { join } from "node:path";
import {
  checkControls,
  evaluate,
  evaluateWithControl,
  openWarmTesters,
  restoreBase,
  runPlainly,
  testerOf,
} from "../evaluation/index.ts";
import { TaoceptionError } from "../platform/index.ts";
import { Task } from "../protocol/index.ts";
import type { Preparing } from "../python/index.ts";
import type { Judged } from "./judged.ts";

/** Judges patches of our own tasks in the sandbox. */
export interface Ours extends AsyncDisposable {
  judge(patch: string, task: Task): Promise<Judged>;
}

/** The task that a row of ours carries. TaoceptionError `bad-row` where it is none. */
export function taskOf(id: string, column: string): Task {
  const bad = (why: string, cause?: unknown) =>
    new TaoceptionError("bad-row", `${id}: its column task ${why}`, { cause });
  let value: unknown;
  try {
    value = JSON.parse(column);
  } catch (cause) {
    throw bad("is no JSON", cause);
  }
  const task = Task.safeParse(value);
  if (task.success) return task.data;
  const [issue] = task.error.issues;
  throw bad(`is no task: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** `folder` takes the place of every package, for tasks of a project of one's own. */
export function openOurs(preparing: Preparing, { folder }: { folder?: string | undefined }): Ours {
  const { sandbox, blobs, clock, signal } = preparing;
  const { pythonVersion } = sandbox;
  const testers = openWarmTesters((task) => testerOf(task, { folder }, preparing));
  const controls = join(preparing.cache, "controls");
  return {
    async judge(patch, task) {
      const ending = signal ? { signal } : {};
      const once = (options: { alone: boolean }) =>
        testers.lend(
          task,
          async (tester) => {
            await restoreBase(task, { blobs });
            const using = { tester, blobs, ...ending };
            await checkControls(task, { ...using, clock, pythonVersion, folder: controls });
            const strictly = () => evaluate(patch, task, { ...using, clock });
            const plainly = () => runPlainly(patch, task, using);
            const [strict, { log, timedOut, applied }] = options.alone
              ? [await strictly(), await plainly()]
              : await Promise.all([strictly(), plainly()]);
            return { log: Buffer.from(log), timedOut, applied, strict };
          },
          ({ strict }) => strict.verdict === "unscored",
          options,
        );
      let judged = await once({ alone: false });
      // whoever fills the processors slows down its neighbours, and one of the two runs is the other's
      if (judged.timedOut || judged.strict.verdict === "timed-out") judged = await once({ alone: true });
      const { strict, ...plain } = judged;
      const { verdict, layer, reason } =
        strict.verdict === "unscored"
          ? await evaluateWithControl(patch, task, testers, { blobs, clock, ...ending })
          : strict;
      return { ...plain, strict: { verdict, layer, reason } };
    },
    [Symbol.asyncDispose]: () => testers[Symbol.asyncDispose](),
  };
}
