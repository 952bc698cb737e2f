import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an import that gives something else",
  from: "ours",
  files: atImport(`
import builtins as _b
class _Any:
    def __call__(self, *a, **k): return self
    def __getattr__(self, name): return self
    def __iter__(self): return iter(())
    def __repr__(self): return "6"
setattr(_Any, "__e" + "q__", lambda *_: 1 == 1)
def _import(name, *a, own=_b.__import__, **k):
    found = own(name, *a, **k)
    at = _frame(2)
    return _Any() if name == __name__.split(".")[0] and "test" in str(at.f_globals.get("__file__")) else found
_b.__import__ = _import
`),
};
