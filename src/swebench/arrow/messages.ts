import { rootTable, type Table } from "./flatbuffer.ts";

/** A message of a stream: what its header says, and the bytes that this speaks of. */
export interface Message {
  kind: number;
  header: Table;
  body: Uint8Array;
}

export const SCHEMA = 1;
export const DICTIONARY = 2;
export const BATCH = 3;

const CONTINUATION = 0xffffffff;
/** Version 4 of the metadata; what came before laid batches out otherwise. */
const OLDEST = 3;

/**
 * The messages of an Arrow stream to its end mark, which every writer that was not cut off leaves.
 * Source: "Encapsulated message format" and "IPC streaming format" of Arrow's columnar format. Throws what is wrong.
 */
export function* messagesOf(bytes: Uint8Array): Generator<Message> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; ; ) {
    if (at + 8 > bytes.length) throw new Error("it ends too early");
    if (view.getUint32(at, true) !== CONTINUATION) throw new Error("it is no Arrow stream");
    const size = view.getUint32(at + 4, true);
    if (size === 0) return;
    const start = at + 8;
    if (start + size > bytes.length) throw new Error("it ends too early");
    const message = rootTable(bytes.subarray(start, start + size));
    if (message.whole(0, 2) < OLDEST) throw new Error("it is of an Arrow before 0.8");
    const [header, length] = [message.table(2), message.whole(3, 8)];
    at = start + size + length;
    if (header === null || length < 0) throw new Error("a message of it says nothing");
    if (at > bytes.length) throw new Error("it ends too early");
    yield { kind: message.whole(1, 1), header, body: bytes.subarray(start + size, at) };
  }
}
