export type { Changes, Outcome, Tester, TestRun } from "./outcome.ts";
export type { KnownTest, Prepared, Project, Source } from "./project.ts";
export {
  type Check,
  type CheckResult,
  openScout,
  type Patience,
  type Scout,
  type TestResult,
  type Trial,
} from "./scout.ts";
export { openTester, testLimits } from "./tester.ts";
