import type { Readable } from "node:stream";
import { Gathered } from "./gather.ts";

/** How many times `outputBytes` a job may write in all before it is killed. */
const floodFactor = 8;

/** Keep the first `limit` bytes of a stream and count the rest; `flooded` is called at every chunk past the flood mark. */
export function keepOutput(stream: Readable, limit: number, flooded: () => void) {
  const kept = outputKeeper(limit, flooded);
  stream.on("data", kept.add);
  return kept;
}

/** The same for chunks that come by hand. */
export function outputKeeper(limit: number, flooded: () => void) {
  const kept = new Gathered();
  let size = 0;
  return {
    add(chunk: Buffer) {
      if (size < limit) kept.add(chunk.subarray(0, limit - size));
      size += chunk.length;
      if (size > limit * floodFactor) flooded();
    },
    text: () => kept.bytes().toString("utf8"),
    truncated: () => size > limit,
  };
}
