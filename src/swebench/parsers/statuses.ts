import { DIGIT } from "../pythonText.ts";

/** The five words that a test's line begins or ends with, in swebench's order. */
export const STATUSES = ["FAILED", "PASSED", "SKIPPED", "ERROR", "XFAIL"] as const;

/**
 * Test id to what the log calls it, in the order in which ids first appeared. Mostly one of `STATUSES`, but a
 * line that only begins like one gives its whole first word.
 */
export type Statuses = Map<string, string>;

/** A test log's text becomes statuses; `LogBreaksParser` where swebench's own parser would stop with an exception. */
export type LogParser = (log: string) => Statuses;

/** A line that swebench's parser cannot read and fails on: the whole log has no verdict. */
export class LogBreaksParser extends Error {
  override readonly name = "LogBreaksParser";
}

/** Whether a line begins with a status. */
export function beginsWithStatus(line: string): boolean {
  return STATUSES.some((status) => line.startsWith(status));
}

const COUNT = new RegExp(`^\\[${DIGIT}+\\]$`, "u");

/** pytest's summary `SKIPPED [3] path:line: reason` names no test. */
export function isSkipSummary(status: string, name: string): boolean {
  return status === "SKIPPED" && COUNT.test(name);
}
