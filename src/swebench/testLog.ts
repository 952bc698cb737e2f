import { END, EXIT_CODE, START, VOID } from "./markers.ts";
import { LogBreaksParser, type LogParser, type Statuses } from "./parsers/statuses.ts";
import { before, DIGIT, SPACE, WORD } from "./pythonText.ts";

/** More digits than Python turns into a number: the harness fails on them. */
const MOST_DIGITS = 4300;

/**
 * What a test log says of every test, or null where the log is not that of a run: a void marker, no start or
 * end, no results and no trace of any, or a failed test command beside a log in which nothing failed.
 * LogBreaksParser where swebench fails on the log. Source: `get_logs_eval` of swebench 5.0.2.
 */
export function statusesOf(log: string, parse: LogParser): Statuses | null {
  if (VOID.some((marker) => log.includes(marker))) return null;
  const start = log.indexOf(START);
  if (start < 0 || !log.includes(END)) return null;
  const afterStart = log.slice(start + START.length);
  let statuses = parse(before(before(afterStart, START), END));
  if (statuses.size === 0) statuses = parse(log); // results may have been written outside the markers
  if (statuses.size === 0 && !RAN.some((trace) => trace.test(log))) return null;
  const failed = [...statuses.values()].some((status) => status === "FAILED" || status === "ERROR");
  const exitedBadly = exitCodeIsBad(log); // looked at in any case, since it may break the reading
  return exitedBadly && statuses.size > 0 && !failed ? null : statuses;
}

/**
 * Traces of a runner that ran tests, also one that prints failures only. Where a number stands before the
 * words, it is looked for backwards from them, so that a log of digits alone costs one pass.
 */
const RAN: readonly RegExp[] = [
  `Executed [1-9]${DIGIT}* of ${DIGIT}`,
  `TOTAL: [1-9]${DIGIT}* (?:SUCCESS|FAILED)`,
  `(?<=[1-9]${DIGIT}*) passing`,
  `Tests:[${SPACE}]+[1-9]`,
  `Test Suites:[${SPACE}]+(?:${DIGIT}+ [${WORD}]+, )*[1-9]${DIGIT}* total`,
  "(?<![^\\n])# tests [1-9]",
  `(?<=[1-9]${DIGIT}*) specs?, ${DIGIT}+ failure`,
  "': ok(?![^\\n])",
].map((pattern) => new RegExp(pattern, "u"));

const EXIT = new RegExp(`${EXIT_CODE}:[${SPACE}]*-?(${DIGIT}+)`, "u");

/** Whether the first exit code that the log tells is not 0; no code is no bad one. */
function exitCodeIsBad(log: string): boolean {
  const digits = EXIT.exec(log)?.[1];
  if (digits === undefined) return false;
  const each = [...digits];
  if (each.length > MOST_DIGITS) throw new LogBreaksParser(`its exit code has ${each.length} digits`);
  return !each.every(isZero);
}

const digit = new RegExp(DIGIT, "u");

/** Whether a decimal digit of any script is that script's zero: Unicode lays out ten in a row from zero on. */
function isZero(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return character === "0";
  let first = code;
  while (digit.test(String.fromCodePoint(first - 1))) first -= 1;
  return (code - first) % 10 === 0;
}
