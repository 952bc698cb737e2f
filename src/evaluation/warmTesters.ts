import { TaoceptionError } from "../platform/index.ts";
import type { Task } from "../protocol/index.ts";
import type { Tester } from "../python/index.ts";
import { openCompany } from "./company.ts";

/** Warm testers, one for each release and environment, lent to whoever judges a task of it. */
export interface WarmTesters extends AsyncDisposable {
  /**
   * Use a task's tester. Where the result says that it broke, or a retryable error is thrown, the tester is thrown
   * away and all is done once more with a new one that nobody else has meanwhile: what dies of a patch dies of its own.
   * `hadCompany` tells whether another tester was in use at the same time; with `alone`, none is.
   */
  lend<T>(
    task: Task,
    use: (tester: Tester, hadCompany: () => boolean) => Promise<T>,
    isBroken: (result: T) => boolean,
    options?: { alone?: boolean },
  ): Promise<T>;
}

interface Held {
  key: string;
  tester: Promise<Tester>;
  users: number;
}

/** Testers that are kept although nobody uses them. */
const KEPT = 2;

export function openWarmTesters(open: (task: Task) => Promise<Tester>): WarmTesters {
  const warm = new Map<string, Held>();
  const company = openCompany();

  const keyOf = (task: Task) => `${task.releaseTree} ${task.environment}`;
  const ofItsOwn = (task: Task): Held => ({ key: keyOf(task), tester: open(task), users: 1 });

  function take(task: Task): Held {
    const key = keyOf(task);
    const held = warm.get(key) ?? { key, tester: open(task), users: 0 };
    held.users += 1;
    warm.delete(key);
    warm.set(key, held); // the one used last stands last
    return held;
  }

  const close = async ({ tester }: Held) => (await tester.catch(() => undefined))?.[Symbol.asyncDispose]();

  async function giveBack(held: Held, broken: boolean): Promise<void> {
    held.users -= 1;
    if (broken && warm.get(held.key) === held) warm.delete(held.key);
    if (!broken && !warm.has(held.key)) warm.set(held.key, held);
    const idle = [...warm.values()].filter(({ users }) => users === 0);
    const gone = idle.slice(0, Math.max(0, warm.size - KEPT));
    for (const each of gone) warm.delete(each.key);
    if (held.users === 0 && warm.get(held.key) !== held && !gone.includes(held)) gone.push(held);
    await Promise.all(gone.map(close));
  }

  return {
    async lend(task, use, isBroken, { alone = false } = {}) {
      for (let last = false; ; last = true) {
        const held = last ? ofItsOwn(task) : take(task);
        let broken = true;
        try {
          const tester = await held.tester;
          const result = alone
            ? await company.alone(() => use(tester, () => false))
            : await company.share((had) => use(tester, had));
          broken = isBroken(result);
          if (!broken || last) return result;
        } catch (error) {
          if (last || !(error instanceof TaoceptionError && error.retryable)) throw error;
        } finally {
          await giveBack(held, broken);
        }
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...warm.values()].map(close));
      warm.clear();
    },
  };
}
