export { type Layer, openLayer } from "./layer.ts";
export type { Changes, Outcome, Tester, TestRun } from "./outcome.ts";
export { prepare } from "./prepare.ts";
export type { Preparing } from "./preparing.ts";
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
export { standardPackages } from "./standard/packages.ts";
export {
  codeLines,
  enclosingFunction,
  functionsOf,
  isDocstring,
  parsePython,
  qualifiedName,
  type Splice,
  type Syntax,
  type SyntaxNode,
  splice,
} from "./syntax.ts";
export { readSource, type SourceText, writeSource } from "./syntaxEncoding.ts";
export { openTester, testLimits } from "./tester.ts";
