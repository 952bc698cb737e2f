import { faultIn } from "./infra.ts";
import { logParser, PARSER_NAMES } from "./parsers/registry.ts";
import { LogBreaksParser, type Statuses } from "./parsers/statuses.ts";
import { textOf } from "./pythonText.ts";
import type { Report } from "./report.ts";
import { statusesOf } from "./testLog.ts";

/** What grading needs of a row. */
export interface Expected {
  failToPass: readonly string[];
  passToPass: readonly string[];
  /** A name of swebench's registry; null where the row has none. */
  logParser: string | null;
  /** `pass_and_fail` or `fail_only`. */
  evalType: string;
}

/** A report, or why there is none: swebench fails on such a row or log, and counts an error. */
export type Grade = { ok: true; report: Report } | { ok: false; code: string; reason: string };

/**
 * The official verdict: what swebench 5.0.2's `get_eval_report` says of a prediction's patch (null, undefined
 * where the prediction has none) by the bytes of its test log.
 */
export function gradeOfficial(patch: string | null | undefined, expected: Expected, log: Uint8Array): Grade {
  if (patch === undefined) return failed("no-patch", "the prediction has no model_patch");
  const report = blank();
  if (patch === null) return { ok: true, report: { ...report, patch_is_None: true } };
  report.patch_exists = true;
  const parse = logParser(expected.logParser ?? "");
  if (parse === undefined)
    return failed("other-parser", `${whichParser(expected)}; there are ${PARSER_NAMES.join(", ")}`);
  const text = textOf(log);
  if (text === null) return failed("bad-log", "its test log is not UTF-8");
  let statuses: Statuses | null;
  try {
    statuses = statusesOf(text, parse);
  } catch (error) {
    if (error instanceof LogBreaksParser) return failed("bad-log", `${expected.logParser}: ${error.message}`);
    throw error;
  }
  if (statuses === null) return { ok: true, report: withFault(report, log) };
  report.patch_successfully_applied = true;
  if (expected.evalType !== "pass_and_fail" && expected.evalType !== "fail_only")
    return failed(
      "other-eval-type",
      `its eval_type is ${JSON.stringify(expected.evalType)}, not pass_and_fail or fail_only`,
    );
  const [turned, kept] = expected.evalType === "fail_only" ? [unfailed, unfailed] : [passed, maintained];
  const none = () => ({ success: [], failure: [] });
  report.tests_status = {
    FAIL_TO_PASS: sorted(expected.failToPass, statuses, turned),
    PASS_TO_PASS: sorted(expected.passToPass, statuses, kept),
    FAIL_TO_FAIL: none(),
    PASS_TO_FAIL: none(),
  };
  const { FAIL_TO_PASS, PASS_TO_PASS } = report.tests_status;
  report.resolved = FAIL_TO_PASS.failure.length === 0 && PASS_TO_PASS.failure.length === 0;
  return { ok: true, report };
}

const whichParser = ({ logParser: name }: Expected) =>
  name === null
    ? "the row names no log_parser"
    : `its log_parser ${JSON.stringify(name)} is none of swebench's Python parsers`;

const failed = (code: string, reason: string): Grade => ({ ok: false, code, reason });

const blank = (): Report => ({
  patch_is_None: false,
  patch_exists: false,
  patch_successfully_applied: false,
  resolved: false,
  infra_failure: false,
});

function withFault(report: Report, log: Uint8Array): Report {
  const fault = faultIn([log]);
  return fault ? { ...report, infra_failure: fault.sure, infra_failure_reason: fault.reason } : report;
}

/** How a test's status counts: `undefined` is neither, as swebench leaves out what it has no word for. */
type Rule = (test: string, statuses: Statuses) => boolean | undefined;

function sorted(tests: readonly string[], statuses: Statuses, rule: Rule) {
  const success: string[] = [];
  const failure: string[] = [];
  for (const test of tests) {
    const good = rule(test, statuses);
    if (good !== undefined) (good ? success : failure).push(test);
  }
  return { success, failure };
}

const PASSING = ["PASSED", "XFAIL"];

const passed: Rule = (test, statuses) => {
  const status = statusOf(test, statuses);
  if (status === undefined || ["FAILED", "ERROR", "SKIPPED"].includes(status)) return false;
  return PASSING.includes(status) ? true : undefined;
};

/** A test that had to stay green may be skipped. */
const maintained: Rule = (test, statuses) =>
  statusOf(test, statuses) === "SKIPPED" ? true : passed(test, statuses);

/** Where a log holds failures only, what it does not name has passed. */
const unfailed: Rule = (test, statuses) => statuses.get(test) !== "FAILED";

/**
 * A test's status. An id whose brackets do not close was cut off when the dataset was made: it stands for
 * all ids that begin so, where these agree on passing, and has the first one's status.
 */
function statusOf(test: string, statuses: Statuses): string | undefined {
  const exact = statuses.get(test);
  if (exact !== undefined || count(test, "[") <= count(test, "]")) return exact;
  const found = [...statuses].filter(([id]) => id.startsWith(test)).map(([, status]) => status);
  const verdicts = new Set(found.map((status) => PASSING.includes(status)));
  return verdicts.size === 1 ? found[0] : undefined;
}

const count = (text: string, character: string) => text.split(character).length - 1;
