import { readFile } from "node:fs/promises";
import { UsageError } from "./usage.ts";

/** What a flag's file holds, as text. */
export async function contentsOf(flag: string, file: string): Promise<string> {
  return (await bytesOf(flag, file)).toString("utf8");
}

/** What a flag's file holds. */
export async function bytesOf(flag: string, file: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError([`${flag}: ${file} cannot be read (${error.code ?? error.message})`]);
  });
}

export function jsonOf(flag: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError([`${flag}: this is not JSON`]);
  }
}
