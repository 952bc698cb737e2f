import { z } from "zod";
import type { Changes, Tester } from "../python/index.ts";
import { runInside } from "./inside.ts";
import { bitsOf, Executed } from "./lines.ts";

/** A call that a test made of the project, as source that makes it again. */
export const Call = z.object({
  /** Dotted path of the function that is called. */
  name: z.string().max(300),
  /** As a user would speak of it: `function` or `Class.method`. */
  title: z.string().max(300),
  /** How many of the project's own functions were active: 0 = called from outside. */
  depth: z.number().int(),
  /** Lines that go before: imports, definitions, the making of objects. */
  prelude: z.array(z.string().max(5_000)).max(60),
  call: z.string().max(5_000),
  /** Whether the call is a statement without a value. */
  statement: z.boolean(),
  /** The object that the call may change, where it has a name. */
  variable: z.string().max(100).nullable(),
});
export type Call = z.infer<typeof Call>;

const Came = z.object({
  id: z.number().int(),
  /** How the value was looked at: as it is, by a conversion, its first few items, its repr; or nothing to tell. */
  how: z.enum(["value", "list", "first", "repr", "opaque", "dict", "tuple", "set", "str", "int", "float"]),
  text: z.string().max(5_000),
  /** True where not the result but the object that was called tells. */
  observed: z.boolean(),
});
const Raised = z.object({
  id: z.number().int(),
  raised: z.string().max(200),
  module: z.string().max(200),
  message: z.string().max(400),
});
/** What came of a call: a value, or an exception. */
export type Outcome = Omit<z.infer<typeof Came>, "id"> | Omit<z.infer<typeof Raised>, "id">;

/** What came of a call, and the lines of the project that it executed, where that was asked for. */
export interface Observed {
  outcome: Outcome;
  lines: ReadonlyMap<string, Uint8Array>;
}

const Reached = z.object({ lines: Executed });

/** Make calls at a state of the tree, each with names of its own; by their place in the list, what came of them. */
export async function observe(
  calls: readonly Call[],
  changes: Changes,
  { testPaths, lines }: { testPaths: readonly string[]; lines: boolean },
  using: { tester: Pick<Tester, "script">; signal?: AbortSignal | undefined },
): Promise<Map<number, Observed>> {
  if (calls.length === 0) return new Map();
  const order = {
    testPaths,
    lines,
    calls: calls.map(({ prelude, call, statement, variable }, id) => ({
      id,
      prelude,
      call,
      statement,
      variable,
    })),
  };
  const limits = { wallMs: lines ? 60_000 : 20_000, cpuSeconds: 60 };
  const said = await runInside("evaluate_calls", order, changes, { ...using, limits });
  const observed = new Map<number, Observed>();
  for (const line of said.lines) {
    const came = Came.safeParse(line);
    const raised = Raised.safeParse(line);
    const outcome = came.success ? came.data : raised.success ? raised.data : null;
    if (!outcome) continue;
    const reached = Reached.safeParse(line);
    observed.set(outcome.id, { outcome, lines: bitsOf(reached.success ? reached.data.lines : {}) });
  }
  return observed;
}
