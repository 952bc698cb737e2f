import { readFileSync } from "node:fs";
import { z } from "zod";
import { OWN_FOLDER } from "../patch/index.ts";
import { type HiddenCall, hashBytes } from "../protocol/index.ts";
import type { Changes, Tester } from "../python/index.ts";

const program = readFileSync(new URL("inside/tell_calls.py", import.meta.url), "utf8");
const ORDER = `${OWN_FOLDER}/hidden.json`;
const Line = z.tuple([z.int().nonnegative(), z.json()]);
/** Descriptions longer than this are told by their hash. */
const LONGEST = 300;
const limits = { wallMs: 60_000, cpuSeconds: 60, outputBytes: 8 * 1024 * 1024 };

/**
 * Make calls at a state of the tree, in one fork, and tell of each what came: types, contents, or the exception's
 * name, as one line of text that is equal for equal outcomes. Null where there is nothing to tell: it did not end
 * within `seconds` of the processor, came to too much, or the process ended before.
 */
export async function tellCalls(
  calls: readonly Omit<HiddenCall, "expected">[],
  changes: Changes,
  {
    tester,
    signal,
    seconds = 5,
  }: { tester: Pick<Tester, "script">; signal?: AbortSignal | undefined; seconds?: number },
): Promise<(string | null)[]> {
  const told: (string | null)[] = calls.map(() => null);
  if (calls.length === 0) return told;
  const order = Buffer.from(
    JSON.stringify({
      seconds,
      calls: calls.map(({ prelude, call, statement, variable }) => ({ prelude, call, statement, variable })),
    }),
  );
  const { stdout } = await tester.script(
    { changes: { ...changes, [ORDER]: order }, script: program, limits },
    signal ? { signal } : {},
  );
  const seen = new Set<number>();
  for (const text of stdout.split("\n")) {
    const line = Line.safeParse(jsonOf(text));
    if (!line.success) continue;
    const [at, value] = line.data;
    if (seen.has(at))
      told[at] = null; // said twice: one of the two was not ours
    else if (at < calls.length && value !== null) told[at] = short(JSON.stringify(value));
    seen.add(at);
  }
  return told;
}

const short = (text: string) => (text.length > LONGEST ? `sha256:${hashBytes(text)}` : text);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
