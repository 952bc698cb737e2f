import { createReadStream } from "node:fs";
import { type FileHandle, open, stat, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { TaoceptionError, writeAtomically } from "../platform/index.ts";
import type { Hash } from "../protocol/index.ts";
import { Block, blockLine, FirstBlock, readBlockLine } from "./block.ts";

/** An append-only file of blocks, a JSON line each, every one naming the hash of the one before. */
export interface BlockLog {
  /** Write a block; it is on disk when this resolves. */
  append(block: Block): Promise<Hash>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Make a log that holds block 0, whole or not at all. */
export async function createLog(path: string, first: FirstBlock): Promise<void> {
  await writeAtomically(path, blockLine(first).line, 0o600);
  const folder = await open(dirname(path), "r");
  await folder.sync().finally(() => folder.close());
}

export async function openLog(path: string): Promise<BlockLog> {
  const file: FileHandle = await open(path, "a", 0o600);
  return {
    async append(block) {
      const { line, hash } = blockLine(block);
      try {
        await file.appendFile(line);
        await file.datasync();
      } catch (cause) {
        throw new TaoceptionError("chain-log", `a block could not be written to ${path}`, { cause });
      }
      return hash;
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/**
 * Read a log from its start, checking every hash and link. A last line that was cut off while it was written held
 * nothing that was acknowledged: it is cut away, and `onTorn` is told. Anything else that is wrong is a
 * TaoceptionError `corrupt-log`.
 */
export async function readLog(
  path: string,
  {
    onFirst,
    onBlock,
    onTorn,
  }: {
    onFirst: (first: FirstBlock, hash: Hash) => void;
    onBlock: (block: Block, hash: Hash) => void;
    onTorn: (bytes: number) => void;
  },
): Promise<void> {
  let parent: Hash | null = null;
  let count = 0;
  let read = 0;
  const { size } = await stat(path);
  for await (const line of lines(path)) {
    count += 1;
    const end = read + line.length + 1;
    // a crash of the whole machine may leave zeros where a line was being written
    if (end > size || (end === size && line.includes(0))) break;
    read = end;
    const found = readBlockLine(line.toString("utf8"));
    if (found === null) throw corrupt(path, count, "the line does not match its hash");
    const schema = parent === null ? FirstBlock : Block;
    const block = schema.safeParse(found.value);
    if (!block.success) throw corrupt(path, count, "the line is no block");
    if (block.data.parent !== parent) throw corrupt(path, count, "it does not follow the line before");
    parent = found.hash;
    if (block.data.parent === null) onFirst(block.data, found.hash);
    else onBlock(block.data, found.hash);
  }
  if (parent === null) throw corrupt(path, 1, "it holds no block");
  if (read < size) {
    await truncate(path, read);
    onTorn(size - read);
  }
}

export function corrupt(path: string, line: number, why: string): TaoceptionError {
  return new TaoceptionError("corrupt-log", `${path} is damaged at line ${line}: ${why}`, {
    mend: "bring a copy of the file back, or start a new chain in another folder",
  });
}

/** The file's lines as bytes, without their line breaks; the last one also when it has none. */
async function* lines(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, at)]);
      rest = [];
      from = at + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}
