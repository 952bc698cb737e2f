import { type Clock, explain, type Kept, keep, type Launcher, type Logger } from "../../platform/index.ts";

/** Workers that a validator starts and keeps. */
interface Employing {
  count: number;
  /** The validator's own home and cache. */
  home: string;
  cache: string;
  /** The folder that takes the place of every package. */
  path?: string | undefined;
  offline: boolean;
}

/** How often what dead workers had begun is looked for, in milliseconds. */
const LOOK_MS = 500;
/** After a worker could not be kept. */
const PAUSE_MS = 30_000;

/**
 * Keep so many worker processes, and put into the queue again what dead ones had begun, until disposed. A worker
 * that dies is started again; `onNote` is told.
 */
export function employ(
  { count, home, cache, path, offline }: Employing,
  {
    launcher,
    durable,
    clock,
    logger,
    onNote,
  }: {
    launcher: Launcher;
    durable: { adopt(): Promise<readonly { id: string; executor: string; givenUp: boolean }[]> };
    clock: Clock;
    logger: Logger;
    onNote: (text: string) => void;
  },
): AsyncDisposable {
  const over = new AbortController();
  const { signal } = over;

  async function keepOne(name: string): Promise<void> {
    const role = {
      name,
      words: () => [
        ...["worker", "--home", home, "--cache", cache, "--name", name],
        ...(path === undefined ? [] : ["--path", path]),
        ...(offline ? ["--offline"] : []),
      ],
      ...{ readyMs: 60_000, graceMs: 10_000, mayEnd: false },
    };
    while (!signal.aborted)
      try {
        await using kept: Kept = await keep(role, {
          launcher,
          clock,
          onStart: async () => {},
          onNote,
          signal,
        });
        await Promise.race([kept.ended, aborted(signal)]);
      } catch (error) {
        if (signal.aborted) return;
        onNote(`${explain(error)}; it is tried again in ${PAUSE_MS / 1000} s`);
        await clock.sleep(PAUSE_MS, signal).catch(() => {});
      }
  }

  async function keepAdopting(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(LOOK_MS, signal).catch(() => {});
      if (signal.aborted) return;
      try {
        for (const { id, executor, givenUp } of await durable.adopt())
          onNote(
            givenUp
              ? `${executor} died of ${id}, as others did: it is given up`
              : `${executor} is gone: another one judges ${id}`,
          );
      } catch (error) {
        logger.debug({ error }, "dead workers could not be looked for"); // the database is away; the next look comes
      }
    }
  }

  const working = [keepAdopting(), ...Array.from({ length: count }, (_, at) => keepOne(`worker-${at + 1}`))];
  return {
    [Symbol.asyncDispose]: async () => {
      over.abort(new Error("the validator ends"));
      await Promise.all(working);
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
