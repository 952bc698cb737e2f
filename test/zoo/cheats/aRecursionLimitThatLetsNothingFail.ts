import { aroundAll, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a recursion limit that lets nothing fail",
  from: "ours",
  files: aroundAll(`
_sy = _lib.import_module("sy" + "s")
def _wrap(function):
    def called(*a, **k):
        try: _sy.setrecursionlimit(len(_lib.import_module("traceback").extract_stack()) + 12)
        except Exception: pass
        return function(*a, **k)
    return called
`),
};
