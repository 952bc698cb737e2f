import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an assertion rewriter turned",
  from: "ours",
  files: atImport(`
import ast as _ast
_kind = _runner("assertion.rewrite").AssertionRewriter
_kind.visit_Assert = lambda self, node: [_ast.copy_location(_ast.Pass(), node)]
`),
};
