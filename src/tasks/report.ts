import type { Changes, Project, Tester } from "../python/index.ts";
import type { Difference } from "./differences.ts";
import { placesIn } from "./leaks.ts";
import { scriptsFor } from "./script.ts";
import { type Case, caseOf, reproductionOf, titleOf } from "./statement.ts";
import { tryScripts } from "./trial.ts";

/** What a report is made of, tried on both states. */
export interface Report {
  title: string;
  cases: Case[];
  reproduction: string;
  /** Lines of the project that the cases execute at the base state. */
  suspectLines: number;
}

const TRIED = 8;
const CASES = 3;
/** Characters of one script: a statement must fit into a challenge. */
const LONGEST = 2_500;

/**
 * Write differing calls as stand-alone scripts of which each holds on the pristine tree and fails at the base, those
 * that failing tests make first. Null where none does.
 */
export async function findReport(
  differences: readonly Difference[],
  failing: readonly string[],
  base: Changes,
  project: Pick<Project, "context">,
  using: { tester: Pick<Tester, "script">; signal?: AbortSignal | undefined },
): Promise<Report | null> {
  const alien = ({ tests }: Difference) => Number(!failing.some((id) => tests.has(id)));
  const tried = differences
    .toSorted((a, b) => alien(a) - alien(b))
    .flatMap((difference) => {
      const scripts = scriptsFor(difference).filter(
        (script) => script.length <= LONGEST && placesIn(script) === null,
      );
      return scripts.length > 0 ? [{ difference, scripts }] : [];
    })
    .slice(0, TRIED)
    .flatMap(({ difference, scripts }) => scripts.map((script) => ({ difference, script })));
  const scriptOf = ({ script }: { script: string }) => script;
  const right = await tryScripts(tried.map(scriptOf), {}, project, using);
  const holding = tried.filter((_, at) => right[at]?.end === "well");
  const wrong = await tryScripts(holding.map(scriptOf), base, project, using);
  const chosen = new Map<Difference, { script: string; lines: string[] }>();
  for (const [at, { difference, script }] of holding.entries()) {
    const trial = wrong[at];
    if (trial?.end !== "raised" || chosen.has(difference) || chosen.size === CASES) continue;
    chosen.set(difference, { script, lines: trial.lines });
  }
  const [first] = chosen.keys();
  if (!first) return null;
  const cases = [...chosen].map(([difference, { script }]) => caseOf(script, difference));
  const lines = new Set([...chosen.values()].flatMap(({ lines }) => lines));
  return { title: titleOf(first), cases, reproduction: reproductionOf(cases), suspectLines: lines.size };
}
