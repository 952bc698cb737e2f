import type { EventEmitter } from "node:events";
import { Gathered } from "./gather.ts";

/** The frames' kinds between Node and a template; their twin is inside/template.py. */
export const sent = { setup: 0, job: 1, kill: 2 } as const;
export const received = { ready: 0, stdout: 1, stderr: 2, report: 3, end: 4 } as const;

const headBytes = 9;
/** The longest payload of an honest template: its buffer's size. */
const payloadBytes = 64 * 1024;

/** Kind (1 byte), job (4), length (4), payload; big-endian. */
export function frame(kind: number, number: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(kind, 0);
  head.writeUInt32BE(number, 1);
  head.writeUInt32BE(payload.length, 5);
  return Buffer.concat([head, payload]);
}

/**
 * Read frames as they come. A module that was preloaded can write them, too, so they are bounded: `nonsense` is
 * called at one that is too long, and nothing is read after it.
 */
export function readFrames(
  channel: Pick<EventEmitter, "on">,
  take: (kind: number, number: number, payload: Buffer) => void,
  nonsense: () => void,
): void {
  const rest = new Gathered();
  let broken = false;
  channel.on("data", (chunk: Buffer) => {
    if (broken) return;
    rest.add(chunk);
    let at = 0;
    const all = rest.bytes();
    while (all.length - at >= headBytes) {
      const length = all.readUInt32BE(at + 5);
      if (length > payloadBytes) {
        broken = true;
        return nonsense();
      }
      const end = at + headBytes + length;
      if (all.length < end) break;
      take(all.readUInt8(at), all.readUInt32BE(at + 1), all.subarray(at + headBytes, end));
      at = end;
    }
    rest.drop(at);
  });
}
