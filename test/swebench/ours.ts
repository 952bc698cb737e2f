import { gradeOfficial, reportText } from "../../src/swebench/index.ts";
import { type Answer, bytesOf, type Case } from "./cases.ts";

/** What our grader says of a case, as the oracle would say it; the names of exceptions are not compared. */
export function ours(one: Case): Answer {
  const grade = gradeOfficial(one.patch, one, bytesOf(one));
  return grade.ok ? { text: reportText(one.id, grade.report) } : { error: grade.code };
}

/** Whether two answers are equal: the same bytes, or no report at all. */
export function equal(a: Answer, b: Answer): boolean {
  return "text" in a && "text" in b ? a.text === b.text : "error" in a && "error" in b;
}
