import { join } from "node:path";
import { checkControls, evaluate, restoreBase, runPlainly } from "../evaluation/index.ts";
import { TaoceptionError } from "../platform/index.ts";
import { Task } from "../protocol/index.ts";
import { openTester, type Preparing, prepare, type Source, type Tester } from "../python/index.ts";
import type { Judged } from "./judged.ts";

/** Judges patches of our own tasks in the sandbox; packages are prepared once, and testers stay warm. */
export interface Ours extends AsyncDisposable {
  judge(patch: string, task: Task): Promise<Judged>;
}

/** Testers that are kept although nobody uses them. */
const WARM = 2;

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

interface Held {
  tester: Promise<Tester>;
  users: number;
  broken: boolean;
}

/** `folder` takes the place of every package, for tasks of a project of one's own. */
export function openOurs(preparing: Preparing, { folder }: { folder?: string | undefined }): Ours {
  const { sandbox, blobs, clock, signal } = preparing;
  const ending = signal ? { signal } : {};
  const warm = new Map<string, Held>();

  async function open({ package: { name, version }, releaseTree, environment }: Task): Promise<Tester> {
    const source: Source =
      folder === undefined ? { kind: "release", name, version } : { kind: "folder", path: folder };
    const prepared = await prepare(source, preparing);
    if (!prepared.ok)
      throw new TaoceptionError("not-prepared", `${name} ${version} cannot be prepared: ${prepared.reason}`);
    const { project } = prepared;
    if (project.treeHash !== releaseTree || project.environment.hash !== environment)
      throw new TaoceptionError(
        "other-release",
        `this is another ${name} ${version}, or another environment, than the task was made from`,
      );
    return openTester(project, { sandbox, signal });
  }

  const close = async ({ tester }: Held) => (await tester.catch(() => undefined))?.[Symbol.asyncDispose]();

  async function withTester<T>(task: Task, use: (tester: Tester) => Promise<T>): Promise<T> {
    const key = `${task.releaseTree} ${task.environment}`;
    const mine = warm.get(key) ?? { tester: open(task), users: 0, broken: false };
    mine.users += 1;
    warm.delete(key);
    warm.set(key, mine); // the one used last stands last
    try {
      return await use(await mine.tester);
    } catch (error) {
      mine.broken = true; // whatever it was, the next one gets a new one
      if (warm.get(key) === mine) warm.delete(key);
      throw error;
    } finally {
      mine.users -= 1;
      if (mine.broken && mine.users === 0) await close(mine);
      for (const [name, held] of [...warm].slice(0, Math.max(0, warm.size - WARM)))
        if (held.users === 0 && warm.delete(name)) await close(held);
    }
  }

  return {
    judge: (patch, task) =>
      withTester(task, async (tester) => {
        await restoreBase(task, { blobs });
        const using = { tester, blobs, ...ending };
        const { pythonVersion } = sandbox;
        await checkControls(task, {
          ...using,
          clock,
          pythonVersion,
          folder: join(preparing.cache, "controls"),
        });
        const { verdict, layer, reason } = await evaluate(patch, task, { ...using, clock });
        const { log, timedOut, applied } = await runPlainly(patch, task, using);
        return { log: Buffer.from(log), timedOut, applied, strict: { verdict, layer, reason } };
      }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...warm.values()].map(close));
      warm.clear();
    },
  };
}
