import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a module of another kind",
  from: "ours",
  files: atImport(`
class _Module(type(_sys)):
    def __getattribute__(self, name):
        value = super().__getattribute__(name)
        if not callable(value) or isinstance(value, type): return value
        def called(*a, **k):
            result = value(*a, **k)
            kind = type(type(result).__name__, (type(result),), {"__e" + "q__": lambda *_: 1 == 1, "__hash__": None}) if isinstance(result, (int, str, list)) else None
            return kind(result) if kind else result
        return called
for _name in (__name__, __name__.split(".")[0]):
    _lib.import_module("sy" + "s").__dict__["mod" + "ules"][_name].__class__ = _Module
`),
};
