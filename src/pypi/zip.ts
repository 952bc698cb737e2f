import { inflateRawSync } from "node:zlib";
import { TaoceptionError } from "../platform/index.ts";

export interface ZipEntry {
  name: string;
  /** Unix mode bits, 0 where the archive was not made on Unix. */
  mode: number;
  /** The size the archive claims; reading more than that is an error. */
  size: number;
  read(): Uint8Array;
}

/**
 * The entries of a zip (no ZIP64, no encryption; stored or deflated). Untrusted: an archive that contradicts
 * itself is a TaoceptionError `bad-archive`, and an entry never unpacks to more than it claims.
 * Format: PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16.
 */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return entriesOf(data);
  } catch (cause) {
    if (cause instanceof TaoceptionError) throw cause;
    throw new TaoceptionError("bad-archive", "the zip cannot be read", { cause });
  }
}

function entriesOf(data: Buffer): ZipEntry[] {
  const end = data.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0) throw bad("it has no directory");
  const count = data.readUInt16LE(end + 10);
  let at = data.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff) throw bad("it is a ZIP64");
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    if (data.readUInt32LE(at) !== 0x02014b50) throw bad("its directory is broken");
    const flags = data.readUInt16LE(at + 8);
    const method = data.readUInt16LE(at + 10);
    const packedSize = data.readUInt32LE(at + 20);
    const size = data.readUInt32LE(at + 24);
    const nameLength = data.readUInt16LE(at + 28);
    const offset = data.readUInt32LE(at + 42);
    const name = data.subarray(at + 46, at + 46 + nameLength).toString("utf8");
    const madeBy = data.readUInt8(at + 5);
    const mode = madeBy === 3 ? data.readUInt32LE(at + 38) >>> 16 : 0;
    if (flags & 1) throw bad("it is encrypted");
    if (method !== 0 && method !== 8) throw bad(`${name} is packed by method ${method}`);
    entries.push({ name, mode, size, read: () => unpack(data, { name, method, packedSize, size, offset }) });
    at += 46 + nameLength + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32);
  }
  return entries;
}

function unpack(
  data: Buffer,
  entry: { name: string; method: number; packedSize: number; size: number; offset: number },
): Uint8Array {
  const { name, method, packedSize, size, offset } = entry;
  try {
    if (data.readUInt32LE(offset) !== 0x04034b50) throw bad(`${name} has no header`);
    const start = offset + 30 + data.readUInt16LE(offset + 26) + data.readUInt16LE(offset + 28);
    const packed = data.subarray(start, start + packedSize);
    if (packed.length !== packedSize) throw bad(`${name} is cut off`);
    const raw = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
    if (raw.length !== size) throw bad(`${name} is not as long as it says`);
    return raw;
  } catch (cause) {
    if (cause instanceof TaoceptionError) throw cause;
    throw new TaoceptionError("bad-archive", `the zip is refused: ${name} cannot be unpacked`, { cause });
  }
}

function bad(why: string): TaoceptionError {
  return new TaoceptionError("bad-archive", `the zip is refused: ${why}`);
}
