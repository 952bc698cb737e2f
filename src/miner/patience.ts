import type { Clock } from "../platform/index.ts";

const LOOK_MS = 200;

/** When work that began at a given moment must end, in Unix milliseconds; it may move while others wait. */
export type EndOf = (startedAt: number) => number;

/** A signal that comes when the end (looked at again and again) has passed, or with `signal`. */
export function openPatience(
  endOf: EndOf,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): { readonly signal: AbortSignal } & Disposable {
  const over = new AbortController();
  const done = new AbortController();
  const startedAt = clock.now();
  const watch = async () => {
    for (let left = endOf(startedAt) - startedAt; left > 0; left = endOf(startedAt) - clock.now())
      await clock.sleep(Math.min(LOOK_MS, left), done.signal);
    over.abort(new Error("the time for this job is over"));
  };
  watch().catch(() => {}); // the work was done in time
  return { signal: AbortSignal.any([over.signal, signal]), [Symbol.dispose]: () => done.abort() };
}
