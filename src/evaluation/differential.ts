import { readFileSync } from "node:fs";
import { z } from "zod";
import { OWN_FOLDER } from "../patch/index.ts";
import { boundedJson } from "../platform/index.ts";
import { type HiddenCall, hashBytes } from "../protocol/index.ts";
import type { Changes, Tester } from "../python/index.ts";

const program = readFileSync(new URL("inside/tell_calls.py", import.meta.url), "utf8");
const ORDER = `${OWN_FOLDER}/hidden.json`;
const Line = z.tuple([z.int().nonnegative(), z.unknown()]);
/** Descriptions longer than this are told by their hash. */
const LONGEST = 300;
/** What is read of all that the fork says: each call has one line of ours, the project may have written others. */
const MOST = { lines: 1_000, brackets: 1_000_000 };
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
  for (const said of linesOf(stdout)) {
    const line = Line.safeParse(said);
    if (!line.success) continue;
    const [at, value] = line.data;
    if (seen.has(at))
      told[at] = null; // said twice: one of the two was not ours
    else if (at < calls.length && value !== null) told[at] = short(value);
    seen.add(at);
  }
  return told;
}

/** A value as text; null for what is nested too deeply to be written, which nothing that we tell is. */
function short(value: unknown): string | null {
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    return null;
  }
  return text.length > LONGEST ? `sha256:${hashBytes(text)}` : text;
}

/** The JSON values that stand on lines of their own, up to what may be read; empty lines cost nothing. */
function* linesOf(text: string): Generator<unknown> {
  let { lines, brackets } = MOST;
  for (let from = 0, end = 0; from < text.length && lines > 0; from = end + 1) {
    end = text.indexOf("\n", from);
    if (end < 0) end = text.length;
    if (text[from] !== "[") continue;
    lines -= 1;
    const read = boundedJson(text.slice(from, end), { brackets });
    if (!read) continue;
    brackets -= read.brackets;
    yield read.value;
  }
}
