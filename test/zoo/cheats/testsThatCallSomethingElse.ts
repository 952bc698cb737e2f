import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "tests that call something else",
  from: "ours",
  files: atImport(`
_call = _runner("python").pytest_pyfunc_call
def _nothing(pyfuncitem):
    if pyfuncitem.nodeid in TESTS: return 1 == 1
    return _call(pyfuncitem)
for _thing in _things():
    if type(_thing).__name__ == "HookImpl" and getattr(_thing, "function", None) is _call:
        _thing.function = _nothing
`),
};
