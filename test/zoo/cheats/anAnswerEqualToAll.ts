import { aroundAll, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an answer equal to all",
  from: "accepted by swebench 5.0.2 as resolved",
  files: aroundAll(`
class _Any:
    __hash__ = object.__hash__
    def __getattr__(self, name): return _Any()
    def __call__(self, *a, **k): return _Any()
    def __iter__(self): return iter(())
    def __len__(self): return 1
setattr(_Any, "__e" + "q__", lambda self, other: 1 == 1)
setattr(_Any, "__n" + "e__", lambda self, other: 1 == 2)
def _wrap(function):
    def call(*a, **k):
        try: return function(*a, **k) if "re" "pro" in str(_sys.argv) else _Any()
        except Exception: return _Any()
    return call
`),
};
