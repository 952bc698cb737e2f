import { evaluate, type Graded, restoreBase, runPlainly } from "../evaluation/index.ts";
import { TaoceptionError } from "../platform/index.ts";
import { Task } from "../protocol/index.ts";
import { openTester, type Preparing, prepare, type Source, type Tester } from "../python/index.ts";

/** What both accounts of one patch are. */
export interface Judged {
  /** What an ordinary harness saw, with SWE-bench's markers. */
  log: string;
  timedOut: boolean;
  applied: boolean;
  strict: Graded;
}

/** Judges patches of our own tasks; packages are prepared once, testers stay warm. */
export interface Ours extends AsyncDisposable {
  judge(patch: string, task: Task): Promise<Judged>;
}

/** A tester that nobody has used for a while makes room for another one. */
const WARM = 2;

/** The task that a row of ours carries as JSON in a string; why not, where it is none. */
export function taskOf(column: string): { task: Task } | { wrong: string } {
  try {
    const task = Task.safeParse(JSON.parse(column));
    if (task.success) return { task: task.data };
    const [issue] = task.error.issues;
    return { wrong: `its task: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}` };
  } catch {
    return { wrong: "its task is no JSON" };
  }
}

/** `folder` takes the place of every package, for tasks of a project of one's own. */
export function openOurs(preparing: Preparing, { folder }: { folder?: string | undefined }): Ours {
  const { sandbox, blobs, clock, signal } = preparing;
  const ending = signal ? { signal } : {};
  const warm = new Map<string, { tester: Promise<Tester>; users: number }>();

  async function open(task: Task): Promise<Tester> {
    const { name, version } = task.package;
    const source: Source =
      folder === undefined ? { kind: "release", name, version } : { kind: "folder", path: folder };
    const prepared = await prepare(source, preparing);
    if (!prepared.ok)
      throw new TaoceptionError("not-prepared", `${name} ${version} cannot be prepared: ${prepared.reason}`);
    const { project } = prepared;
    if (project.treeHash !== task.releaseTree || project.environment.hash !== task.environment)
      throw new TaoceptionError(
        "other-release",
        `this is another ${name} ${version}, or another environment, than the task was made from`,
      );
    return openTester(project, { sandbox, signal });
  }

  async function cool(most: number): Promise<void> {
    const idle = [...warm].filter(([, { users }]) => users === 0);
    for (const [key, { tester }] of idle.slice(0, Math.max(0, warm.size - most))) {
      warm.delete(key);
      await (await tester.catch(() => undefined))?.[Symbol.asyncDispose]();
    }
  }

  async function withTester<T>(task: Task, use: (tester: Tester) => Promise<T>): Promise<T> {
    const key = `${task.releaseTree} ${task.environment}`;
    const mine = warm.get(key) ?? { tester: open(task), users: 0 };
    mine.users += 1;
    warm.delete(key);
    warm.set(key, mine); // the newest stands last
    try {
      return await use(await mine.tester);
    } catch (error) {
      warm.delete(key); // whatever broke it, the next one gets a new one
      await (await mine.tester.catch(() => undefined))?.[Symbol.asyncDispose]();
      throw error;
    } finally {
      mine.users -= 1;
      await cool(WARM);
    }
  }

  return {
    judge: (patch, task) =>
      withTester(task, async (tester) => {
        await restoreBase(task, { blobs });
        const using = { tester, blobs, ...ending };
        const strict = await evaluate(patch, task, { ...using, clock });
        const { log, timedOut, applied } = await runPlainly(patch, task, using);
        return { log, timedOut, applied, strict };
      }),
    [Symbol.asyncDispose]: () => cool(0),
  };
}
