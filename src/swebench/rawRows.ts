import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { TaoceptionError } from "../platform/index.ts";

/** Something read from a file and where it stands there, such as `tasks.jsonl, line 3`. */
export interface Raw {
  where: string;
  value: unknown;
}

const MOST_BYTES = 1024 ** 3;
/** The most rows that a dataset may have. */
export const MOST_ROWS = 1_000_000;

/** What every outside file's error says: which file, what is wrong with it, and what to do. */
export function badFile(path: string, wrong: string, mend: string, cause?: unknown): TaoceptionError {
  return new TaoceptionError("bad-file", `${path} ${wrong}`, { mend, ...(cause ? { cause } : {}) });
}

/** What lies at a path; `bad-file` where nothing does. */
export async function statOf(path: string): Promise<Stats> {
  return stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw badFile(
      path,
      `cannot be read (${cause.code ?? cause.message})`,
      "name a file or folder that is there",
    );
  });
}

/** The members of a `.json` list, or of an object whose values count and whose keys are told; bounded. */
export async function readJson(path: string): Promise<unknown> {
  const text = utf8(await bytesOf(path), path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badFile(path, "is not JSON", "give a whole JSON file, or name JSON Lines .jsonl", cause);
  }
}

/** The rows of a `.jsonl` file; empty lines are passed over. */
export async function readJsonLines(path: string): Promise<Raw[]> {
  const bytes = await bytesOf(path);
  const rows: Raw[] = [];
  for (let start = 0, line = 1; start < bytes.length; line += 1) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    const where = `${path}, line ${line}`;
    const text = utf8(bytes.subarray(start, end), where);
    start = end + 1;
    if (text.trim() === "") continue;
    try {
      rows.push({ where, value: JSON.parse(text) });
    } catch (cause) {
      throw badFile(where, "is not JSON", "each line of a .jsonl file is one JSON object", cause);
    }
    atMost(rows.length, path);
  }
  return rows;
}

/** Throws where a file has more rows than anyone should hand over at once. */
export function atMost(rows: number, path: string): void {
  if (rows > MOST_ROWS) throw badFile(path, `has more than ${MOST_ROWS} rows`, "split it");
}

/** The bytes of a file, at most 1 GiB. */
export async function bytesOf(path: string): Promise<Buffer> {
  const found = await statOf(path);
  if (!found.isFile()) throw badFile(path, "is not a file", "name the file itself");
  if (found.size > MOST_BYTES) throw badFile(path, "is larger than 1 GiB", "split it into several");
  return readFile(path);
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function utf8(bytes: Uint8Array, where: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw badFile(where, "is not UTF-8 text, or too long", "write it as UTF-8", cause);
  }
}
