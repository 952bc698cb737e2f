import type { Package } from "../protocol/index.ts";
import type { Difference } from "./differences.ts";
import { lot } from "./order.ts";
import { shown } from "./script.ts";

/** One thing that goes wrong: a script that shows it, what came and what should have come. */
export interface Case {
  /** A stand-alone script that ends without an exception once the defect is mended. */
  script: string;
  got: string;
  expected: string;
}

/** One line that says what is wrong, as the title of a report. */
export function titleOf({ call: { title }, expected, got }: Difference): string {
  if ("raised" in expected)
    return "raised" in got
      ? `${title} raises ${got.raised} instead of ${expected.raised}`
      : `${title} does not raise ${expected.raised}`;
  if ("raised" in got) return `${title} fails with ${got.raised}`;
  return expected.observed ? `Wrong state after ${title}` : `Wrong result from ${title}`;
}

export function caseOf(script: string, { expected, got }: Difference): Case {
  return { script, got: shown(got), expected: shown(expected) };
}

const openings = [
  ({ name, version }: Package) => `I am using ${name} ${version} and came across this. To reproduce:`,
  ({ name, version }: Package) => `Since I moved to ${name} ${version} the following no longer works for me:`,
  ({ name, version }: Package) => `This looks wrong to me (${name} ${version}):`,
];
const bridges = ["Another case that goes wrong:", "The same trouble shows here:", "Also this one:"];

/**
 * The report as a user would write it, in the format that `README.md` of this room describes: a title, then for
 * each case a fenced script, what came and what was expected.
 */
export function writeStatement(title: string, cases: readonly Case[], about: Package, seed: string): string {
  const opening = openings[Math.floor(lot(seed, "opening") * openings.length)] ?? openings[0];
  const parts = [`# ${title}`, opening?.(about) ?? ""];
  cases.forEach(({ script, got, expected }, at) => {
    if (at > 0) parts.push(bridges[Math.floor(lot(seed, `bridge ${at}`) * bridges.length)] ?? "Also:");
    parts.push(fenced(script, "python"), "What I got:", fenced(got), "What I expected:", fenced(expected));
  });
  return `${parts.join("\n\n")}\n`;
}

/** The script of all cases: it ends well only when each of them does. */
export function reproductionOf(cases: readonly Case[]): string {
  return cases.map(({ script }) => script).join("\n\n");
}

function fenced(text: string, language = ""): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}
