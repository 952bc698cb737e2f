import { readFileSync } from "node:fs";
import { OWN_FOLDER } from "../patch/index.ts";
import type { Changes, Tester } from "../python/index.ts";
import type { Limits } from "../sandbox/index.ts";
import { heard } from "./heard.ts";

/** Python programs of this room that run in a fork beside the project. */
export type Program = "coverage_lines" | "record_calls" | "evaluate_calls" | "try_scripts" | "vary_calls";

const parts = ["chosen_tests.py", "imports.py", "lines.py", "literals.py", "targets.py"];
const read = (name: string) => readFileSync(new URL(`inside/${name}`, import.meta.url));
const sources = new Map<string, Buffer>();
const source = (name: string) => {
  const text = sources.get(name) ?? read(name);
  sources.set(name, text);
  return text;
};

/** What a program said before it ended, one JSON value a line, and how it ended. Untrusted: bounded, and read with a schema. */
export interface Said {
  lines: unknown[];
  timedOut: boolean;
  stderr: string;
}

/** Run one of our programs at a state of the tree; `order` is any JSON value. */
export async function runInside(
  program: Program,
  order: unknown,
  changes: Changes,
  {
    tester,
    signal,
    limits = {},
  }: { tester: Pick<Tester, "script">; signal?: AbortSignal | undefined; limits?: Partial<Limits> },
): Promise<Said> {
  const files: Record<string, Uint8Array | null> = { ...changes };
  for (const part of parts) files[`${OWN_FOLDER}/${part}`] = source(part);
  files[`${OWN_FOLDER}/order.json`] = Buffer.from(JSON.stringify(order));
  const done = await tester.script(
    {
      changes: files,
      script: source(`${program}.py`).toString("utf8"),
      limits: { outputBytes: 64 * 1024 * 1024, ...limits },
    },
    signal ? { signal } : {},
  );
  return { lines: heard(done.stdout), timedOut: done.timedOut, stderr: done.stderr };
}
