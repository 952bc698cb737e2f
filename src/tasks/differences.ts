import type { Changes, Tester } from "../python/index.ts";
import { type Outcome, observe } from "./calls.ts";
import type { KnownCall } from "./recordings.ts";

/** A call that comes out otherwise at the base state. */
export interface Difference extends KnownCall {
  got: Outcome;
}

/** Calls whose outcome at the base state is another one than on the pristine tree, best first. */
export async function findDifferences(
  calls: readonly KnownCall[],
  base: Changes,
  using: { tester: Pick<Tester, "script">; signal?: AbortSignal | undefined },
): Promise<Difference[]> {
  const plain = calls.map(({ call }) => call);
  const observed = await observe(plain, base, { testPaths: [], lines: false }, using);
  const found = calls.flatMap((known, at): Difference[] => {
    const got = observed.get(at)?.outcome;
    return got && differ(known.expected, got) ? [{ ...known, got }] : [];
  });
  // a wrong value tells most, then an error that should not be; an expected error is the least certain
  return found
    .map((each, at) => ({ each, rank: at + ("raised" in each.expected ? 1000 : 0) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ each }) => each);
}

/** Errors that tell of a bad call rather than of what the function should do. */
const clumsy =
  /^(?:NameError|ImportError|ModuleNotFoundError|SyntaxError|RecursionError|UnboundLocalError|SystemExit)$/;

function differ(expected: Outcome, got: Outcome): boolean {
  if ("raised" in expected) {
    if (clumsy.test(expected.raised)) return false;
    return "raised" in got ? got.raised !== expected.raised : true;
  }
  if ("raised" in got) return true;
  if (expected.how === "opaque") return false;
  return expected.text !== got.text && got.how !== "opaque";
}
