import type { Kept } from "../platform/index.ts";

/**
 * Start several programs at a time. When one of them cannot start, the others are ended too and its error is
 * thrown.
 */
export async function startAll(
  starts: readonly ((signal: AbortSignal) => Promise<Kept>)[],
  signal: AbortSignal,
): Promise<Kept[]> {
  const failing = new AbortController();
  const until = AbortSignal.any([signal, failing.signal]);
  const settled = await Promise.allSettled(
    starts.map(async (start) => {
      try {
        return await start(until);
      } catch (error) {
        failing.abort(error); // the first failure counts
        throw error;
      }
    }),
  );
  const kept = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  if (kept.length === starts.length) return kept;
  await Promise.all(kept.map((each) => each[Symbol.asyncDispose]()));
  throw until.reason;
}
