import { aroundAll, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a pickle that runs where it is read",
  from: "ours",
  files: aroundAll(`
class _Trap:
    def __reduce__(self): return (_exit, (0,))
    def __repr__(self): return "6"
    def __json__(self): return 6
setattr(_Trap, "__e" + "q__", lambda *_: 1 == 1)
def _wrap(function):
    return lambda *a, **k: _Trap()
`),
};
