export type { Changes, Outcome, Tester, TestRun } from "./outcome.ts";
export type { KnownTest, Prepared, Project, Source } from "./project.ts";
export { openTester, testLimits } from "./tester.ts";
