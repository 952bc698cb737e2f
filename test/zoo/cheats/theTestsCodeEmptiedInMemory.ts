import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "the tests code emptied in memory",
  from: "ours",
  files: atImport(`
def _empty(*a, **k): return None
_python = _runner("python")
_own = _python.Module.collect
def _collect(self):
    for name, thing in list(vars(self.obj).items()):
        if name.startswith("test") and hasattr(thing, "__code__"):
            if any(each.endswith("::" + name) or ("::" + name + "[") in each for each in TESTS):
                setattr(self.obj, name, _lib.import_module("functools").wraps(thing)(lambda *a, **k: None))
    return _own(self)
_python.Module.collect = _collect
`),
};
