import { strip, words } from "../pythonText.ts";
import type { LogParser, Statuses } from "./statuses.ts";

/** `parse_log_sympy`: headings of failures such as `____ path.py:test_name ____`, then lines `test_name ok`. */
export const sympy: LogParser = (log) => {
  const statuses: Statuses = new Map();
  const lines = log.split("\n");
  for (const line of lines) {
    const failed = heading(line);
    if (failed !== undefined) statuses.set(failed, "FAILED");
  }
  for (const each of lines) {
    const line = strip(each);
    if (!line.startsWith("test_")) continue;
    const [test = ""] = words(line);
    if (line.endsWith(" E")) statuses.set(test, "ERROR");
    if (line.endsWith(" F")) statuses.set(test, "FAILED");
    if (line.endsWith(" ok")) statuses.set(test, "PASSED");
  }
  return statuses;
};

/**
 * What the pattern `(_*) (.*)\.py:(.*) (_*)` finds in one line, of which it can hold one match only: the text
 * between the first space and the last, where a `.py:` stands between them. In one pass, which a pattern is not.
 */
function heading(line: string): string | undefined {
  const [first, last] = [line.indexOf(" "), line.lastIndexOf(" ")];
  const suffix = last < 4 ? -1 : line.lastIndexOf(".py:", last - 4);
  return suffix > first && first >= 0 ? line.slice(first + 1, last) : undefined;
}
