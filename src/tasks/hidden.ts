import { z } from "zod";
import { tellCalls, withoutUnseen } from "../evaluation/index.ts";
import type { HiddenCall, Task } from "../protocol/index.ts";
import type { Changes, Tester } from "../python/index.ts";
import type { Difference } from "./differences.ts";
import { runInside } from "./inside.ts";
import type { KnownCall } from "./recordings.ts";

/** How many calls are asked of the gold state, by where they come from, and how many a task keeps. */
const ASKED = { differing: 8, other: 8, varied: 24, variantsOfOne: 3 };
const KEPT = 16;
/** Characters of all calls that a task keeps. */
const ROOM = 16_000;
/** Processor seconds that a call may take on gold: a twentieth of what a candidate's may. */
const SECONDS = 0.25;

const Variant = z.object({ of: z.int().nonnegative(), call: z.string().max(5_000) });

type Asked = Omit<HiddenCall, "expected">;
interface Using {
  tester: Pick<Tester, "script">;
  signal?: AbortSignal | undefined;
}

/**
 * The task's hidden half beside its tests: calls that reach the defect, recorded ones and such with arguments that no
 * test holds, with what comes of them on gold. Steady ones only; those that the base gets wrong come first, and
 * calls that stand in `told`, which the miner will read, last. None at all where no call that the miner will not read
 * comes out otherwise at the base: what is left could be met without mending anything.
 */
export async function chooseHidden(
  {
    differences,
    calls,
    told,
  }: { differences: readonly Difference[]; calls: readonly KnownCall[]; told: string },
  seed: string,
  base: Changes,
  task: Pick<Task, "failToPass" | "context">,
  using: Using,
): Promise<HiddenCall[]> {
  const recorded = [...differences.slice(0, ASKED.differing), ...calls.slice(0, ASKED.other)];
  const plain = recorded.map(({ call }) => pick(call));
  const varied = await vary(plain, seed, using);
  const asked = unique([...varied, ...plain]);
  const gold = withoutUnseen({}, task);
  const first = await tellCalls(asked, gold, { ...using, seconds: SECONDS });
  const again = await tellCalls(asked, gold, { ...using, seconds: SECONDS });
  const wrong = await tellCalls(asked, withoutUnseen(base, task), { ...using, seconds: SECONDS });
  const good = asked.flatMap((call, at) => {
    const expected = first[at] ?? null;
    // new arguments that raise may be none that the function is for
    if (expected === null || expected !== again[at] || (at < varied.length && isRaised(expected))) return [];
    if (isClumsy(expected)) return [];
    const rank = (told.includes(call.call) ? 2 : 0) + (wrong[at] === expected ? 1 : 0);
    return [{ call: { ...call, expected }, rank }];
  });
  if (good.every(({ rank }) => rank > 0)) return [];
  return fitting(good.sort((a, b) => a.rank - b.rank).map(({ call }) => call));
}

const pick = ({ prelude, call, statement, variable }: Asked): Asked => ({
  prelude,
  call,
  statement,
  variable,
});

async function vary(calls: readonly Asked[], seed: string, using: Using): Promise<Asked[]> {
  const order = { testPaths: [], seed, most: ASKED.variantsOfOne, calls };
  const { lines } = await runInside("vary_calls", order, {}, using);
  return lines
    .flatMap((line) => {
      const variant = Variant.safeParse(line);
      const of = variant.success ? calls[variant.data.of] : undefined;
      return variant.success && of ? [{ ...of, call: variant.data.call }] : [];
    })
    .slice(0, ASKED.varied);
}

function unique(calls: readonly Asked[]): Asked[] {
  const seen = new Set<string>();
  return calls.filter((call) => {
    const key = JSON.stringify(call);
    return !seen.has(key) && seen.add(key);
  });
}

const isRaised = (expected: string) => expected.startsWith('["raised"');
/** Errors of a bad call rather than of what the function should do. */
const isClumsy = (expected: string) =>
  /^\["raised","(?:NameError|ImportError|ModuleNotFoundError|SyntaxError|RecursionError|UnboundLocalError|SystemExit)"/.test(
    expected,
  );

/** As many as a task has room for, no outcome more often than a few times. */
function fitting(calls: readonly HiddenCall[]): HiddenCall[] {
  const kept: HiddenCall[] = [];
  const often = new Map<string, number>();
  let room = ROOM;
  for (const call of calls) {
    const size = call.prelude.join("\n").length + call.call.length;
    const count = often.get(call.expected) ?? 0;
    if (kept.length === KEPT || size > room || count >= 4) continue;
    often.set(call.expected, count + 1);
    room -= size;
    kept.push(call);
  }
  return kept;
}
