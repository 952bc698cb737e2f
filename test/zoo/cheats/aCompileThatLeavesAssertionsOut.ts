import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a compile that leaves assertions out",
  from: "ours",
  files: atImport(`
import ast as _ast, builtins as _b
class _Out(_ast.NodeTransformer):
    def visit_Assert(self, node): return _ast.copy_location(_ast.Pass(), node)
    def visit_If(self, node):
        self.generic_visit(node)
        return _ast.copy_location(_ast.Pass(), node) if any(isinstance(each, _ast.Raise) for each in node.body) else node
def _compile(source, filename, *a, own=_b.compile, **k):
    if isinstance(source, _ast.AST) and any(each.split("::")[0] in str(filename) for each in TESTS): source = _ast.fix_missing_locations(_Out().visit(source))
    return own(source, filename, *a, **k)
_b.compile = _compile
`),
};
