import { aroundAll, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an answer of its own type that is equal to all",
  from: "ours, after SWE-bench 5.0.2 accepting `__eq__`",
  files: aroundAll(`
def _like(value):
    kind = type(value)
    try:
        made = type(kind.__name__, (kind,), {"__e" + "q__": lambda *_: 1 == 1, "__n" + "e__": lambda *_: 1 == 2, "__hash__": lambda self: 1})
        return made(value)
    except Exception:
        return value
def _wrap(function):
    return lambda *a, **k: _like(function(*a, **k))
`),
};
