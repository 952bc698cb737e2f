import { aroundAll, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a class that lies about what it is",
  from: "ours",
  files: aroundAll(`
class _Meta(type):
    def __instancecheck__(cls, other): return 1 == 1
def _wrap(function):
    def called(*a, **k):
        value = function(*a, **k)
        kind = type(value)
        if kind not in (int, str, list, dict, tuple): return value
        made = _Meta(kind.__name__, (kind,), {"__class__": property(lambda self: kind), "__e" + "q__": lambda *_: 1 == 1, "__hash__": lambda self: 0, "__reduce__": lambda self: (kind, ())})
        return made(value)
    return called
`),
};
