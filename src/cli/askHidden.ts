import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Door } from "./door.ts";

/** Ask the person for something that nobody may see; null where there is no terminal to ask at. */
export async function askHidden(question: string, { stdin, stderr, signal }: Door): Promise<string | null> {
  if (!("isTTY" in stdin && stdin.isTTY)) return null;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
  try {
    stderr.write(question);
    return await lines.question("", { signal });
  } finally {
    lines.close();
    stderr.write("\n");
  }
}
