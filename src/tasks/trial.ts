import { z } from "zod";
import type { Changes, Project, Tester } from "../python/index.ts";
import { runInside } from "./inside.ts";
import { bitsOf, Executed, linesOf } from "./lines.ts";

/** How one script ended at a state of the tree. */
export interface Trial {
  /** It ran to its end; it raised an exception; or it was stopped or killed, which tells nothing. */
  end: "well" | "raised" | "broken";
  /** Lines of the project that it executed, as `path:line`; what importing alone executes is not among them. */
  lines: string[];
}

const Ended = z.object({ id: z.number().int(), exit: z.number().int(), late: z.boolean(), lines: Executed });

/** Longest that one script may take, in seconds. */
const SECONDS = 5;

/** Run stand-alone scripts at a state of the tree, each in a process of its own, in one fork of the template. */
export async function tryScripts(
  scripts: readonly string[],
  changes: Changes,
  project: Pick<Project, "context">,
  using: { tester: Pick<Tester, "script">; signal?: AbortSignal | undefined },
): Promise<Trial[]> {
  if (scripts.length === 0) return [];
  const order = { scripts, seconds: SECONDS, testPaths: project.context.testPaths };
  const said = await runInside("try_scripts", order, changes, { ...using, limits: { wallMs: 30_000 } });
  const trials = scripts.map((): Trial => ({ end: "broken", lines: [] }));
  for (const line of said.lines) {
    const ended = Ended.safeParse(line);
    if (!ended.success || !trials[ended.data.id]) continue;
    const { id, exit, late, lines } = ended.data;
    trials[id] = {
      end: late ? "broken" : exit === 0 ? "well" : exit === 1 ? "raised" : "broken",
      lines: [...bitsOf(lines)].flatMap(([path, bits]) => linesOf(bits).map((number) => `${path}:${number}`)),
    };
  }
  return trials;
}
