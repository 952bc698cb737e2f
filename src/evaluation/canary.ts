import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Outcome } from "../python/index.ts";

/** Tests of ours, under names that nobody can know before, and what must come of each. */
export interface Canaries {
  /** The file that holds them, relative to the tree's root. */
  files: Readonly<Record<string, Uint8Array>>;
  expected: Readonly<Record<string, Outcome>>;
}

const source = readFileSync(new URL("inside/canaries.py", import.meta.url), "utf8");
/** What comes of a canary is the word behind `canary_` in its name in the source. */
const kinds: Record<string, Outcome> = { fail: "failed", pass: "passed", error: "error", skip: "skipped" };

/** Make a set beside the first of the task's tests. */
export function makeCanaries(tests: readonly string[]): Canaries {
  const beside = tests[0]?.split("::")[0] ?? "";
  const file = `${beside.slice(0, beside.lastIndexOf("/") + 1)}test_${word()}.py`;
  const names = new Map<string, string>();
  const text = source.replace(/\b(test_)?canary_\w+\b/g, (name) => {
    const known = names.get(name) ?? `test_${word()}`;
    names.set(name, known);
    return known;
  });
  const owner = /class (\w+)\(unittest/.exec(text)?.[1] ?? "";
  const expected = [...names].flatMap(([name, given]) => {
    const [, method, kind] = /^(test_)?canary_([a-z]+)/.exec(name) ?? [];
    const outcome = kinds[kind ?? ""];
    return outcome ? [[method ? `${file}::${owner}::${given}` : `${file}::${given}`, outcome] as const] : [];
  });
  return { files: { [file]: Buffer.from(text) }, expected: Object.fromEntries(expected) };
}

const word = () => randomBytes(8).toString("hex");
