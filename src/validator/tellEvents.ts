import type { Event } from "../protocol/index.ts";
import type { Storage } from "../storage/index.ts";

/** Tell events in their order. Disposing waits until all that were appended have been told. */
export function tellEvents(
  after: number,
  storage: Pick<Storage, "follow" | "head">,
  onEvent: (event: Event) => void,
): AsyncDisposable {
  const closing = new AbortController();
  let seq = after;
  let reached: (() => void) | undefined;
  const tell = async () => {
    for await (const event of storage.follow(after, closing.signal)) {
      onEvent(event);
      seq = event.seq;
      reached?.();
    }
  };
  const ended = tell();
  ended.catch(() => {}); // whoever disposes gets the failure
  return {
    [Symbol.asyncDispose]: async () => {
      const { seq: last } = await storage.head();
      while (seq < last)
        await Promise.race([
          ended,
          new Promise<void>((resolve) => {
            reached = resolve;
          }),
        ]);
      closing.abort();
      await ended;
    },
  };
}
