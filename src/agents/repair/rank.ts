import type { Candidate } from "./propose.ts";

/** A candidate that makes every check pass and no test fail. */
export interface Plausible {
  /** One edit, or two that belong together. */
  candidates: readonly Candidate[];
  text: string;
  path: string;
  priority: number;
  /** Naturalness gained (mean log-probability). */
  gain: number;
  /** Examples in docstrings that fail on the tree and pass now. */
  mended: number;
}

/** Higher is the likelier to be right beyond the checks: small, of the project's own stuff, no special-casing. */
export function merit({ candidates, priority, gain, mended }: Plausible): number {
  let merit = Math.log(priority + 1e-6) + 1.5 * mended;
  merit += 0.25 * Math.max(-2, Math.min(2, gain)) + 0.08 * Math.max(-5, Math.min(5, gain));
  merit -= 1.2 * (candidates.length - 1);
  for (const { file, splices, template } of candidates) {
    const removed = splices.map(({ start, end }) => file.text.slice(start, end)).join(" ");
    const added = splices.map(({ text }) => text).join(" ");
    // what the file has elsewhere word by word is no invention, however long it is
    const copied = added.trim().length > 8 && file.text.includes(added.trim());
    merit -= (copied ? 0.004 : 0.02) * Math.abs(added.length - removed.length);
    merit -= 0.4 * invented(removed, added, file.text);
    if (/^\s*(?:not )?(?:True|False|None|0|1)\s*$/.test(added) && removed.length > 5) merit -= 1.5;
    if (template === "statement-dropped" || template === "condition-dropped") merit -= 0.5;
    if (added.trim() === "" || added === "pass") merit -= 0.4;
  }
  return merit;
}

/** Numbers and strings that neither the replaced text nor the file knows. */
function invented(removed: string, added: string, file: string): number {
  const constants = added.match(/\b\d+(?:\.\d+)?\b|"[^"]*"|'[^']*'/g) ?? [];
  return constants.filter((each) => !removed.includes(each) && !file.includes(each)).length;
}
