import { before, isSpace, strip, words } from "../pythonText.ts";
import { LogBreaksParser, type LogParser, type Statuses } from "./statuses.ts";

const VERSION = "--version is equivalent to version";
const PASSES = [" ... ok", " ... OK", " ...  OK"];
/** A migration's line runs into the line of the test after it. */
const RUN_TOGETHER = "Applying sites.0002_alter_domain_unique...test_no_migrations";

/** `parse_log_django`: lines `test (module.Class) ... ok` of Django's runner, and three ways in which they break. */
export const django: LogParser = (log) => {
  const statuses: Statuses = new Map();
  let open: string | undefined;
  for (const raw of log.split("\n")) {
    let line = strip(raw);
    if (line.includes(VERSION)) statuses.set(VERSION, "PASSED");
    if (line.includes(" ... ")) open = before(line, " ... ");
    const pass = PASSES.find((ending) => line.endsWith(ending));
    if (pass !== undefined) {
      if (line.startsWith(RUN_TOGETHER)) line = strip(line.slice(line.indexOf("...") + 3));
      statuses.set(line.slice(0, -pass.length), "PASSED");
    }
    if (line.includes(" ... skipped")) statuses.set(before(line, " ... skipped"), "SKIPPED");
    if (line.endsWith(" ... FAIL")) statuses.set(before(line, " ... FAIL"), "FAILED");
    if (line.startsWith("FAIL:")) statuses.set(secondWord(line), "FAILED");
    if (line.endsWith(" ... ERROR")) statuses.set(before(line, " ... ERROR"), "ERROR");
    if (line.startsWith("ERROR:")) statuses.set(secondWord(line), "ERROR");
    if (line.startsWith("ok") && open !== undefined) statuses.set(open, "PASSED");
  }
  for (const end of INTERRUPTIONS) for (const test of interrupted(log, end)) statuses.set(test, "PASSED");
  return statuses;
};

function secondWord(line: string): string {
  const word = words(line)[1];
  if (word === undefined) throw new LogBreaksParser(`the line ${JSON.stringify(line)} names no test`);
  return word;
}

/**
 * What may come between a test's ` ... ` and the `ok` on a line of its own: where the text from `at` on, whose
 * line ends at `lineEnd`, is that interruption, the place after its `ok`; `undefined` if it is not; `null` if
 * no later place can be one either.
 */
type Interruption = (log: string, at: number, lineEnd: number) => number | null | undefined;

const INTERRUPTIONS: readonly Interruption[] = [
  (log, at) => {
    const head = "Testing against Django installed in ";
    if (!log.startsWith(head, at)) return undefined;
    const tail = " silenced).\nok";
    for (let from = at + head.length; ; ) {
      const found = log.indexOf(tail, from);
      if (found < 0) return null;
      if (isLineEnd(log, found + tail.length)) return found + tail.length;
      from = found + 1;
    }
  },
  (log, at, lineEnd) => {
    const head = "Internal Server Error: /";
    if (!log.startsWith(head, at) || lineEnd <= at + head.length || log[lineEnd - 1] !== "/")
      return undefined;
    return log.startsWith("ok", lineEnd + 1) && isLineEnd(log, lineEnd + 3) ? lineEnd + 3 : undefined;
  },
  (log, at) => {
    const whole = "System check identified no issues (0 silenced)\nok";
    return log.startsWith(whole, at) && isLineEnd(log, at + whole.length) ? at + whole.length : undefined;
  },
];

const isLineEnd = (log: string, at: number) => at === log.length || log[at] === "\n";

/**
 * The tests whose ` ... ` is followed by an interruption. The white space around the dots may be a line's end.
 * One pass: a hostile log must not make it quadratic.
 */
function* interrupted(log: string, end: Interruption): Generator<string> {
  let start = 0; // where the match before ended
  let lineEnd = -1;
  for (let dots = log.indexOf("..."); dots >= 0; dots = log.indexOf("...", Math.max(dots + 1, start))) {
    if (!isSpace(log[dots - 1]) || !isSpace(log[dots + 3])) continue;
    const at = dots + 4;
    if (lineEnd < at) lineEnd = endOfLine(log, at);
    const stop = end(log, at, lineEnd);
    if (stop === null) return;
    if (stop === undefined) continue;
    const lineStart = dots < 2 ? 0 : log.lastIndexOf("\n", dots - 2) + 1;
    if (lineStart < start) continue;
    yield log.slice(lineStart, dots - 1);
    start = stop;
  }
}

function endOfLine(log: string, at: number): number {
  const found = log.indexOf("\n", at);
  return found < 0 ? log.length : found;
}
