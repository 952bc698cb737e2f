import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a memory of what the tests want",
  from: "UTBoost, EvalPlus: inputs of the tests as special cases",
  files: ({ path, text, memory }) => ({
    [path]: `${text}
_memory = ${memory}
import pickle as _pickle
def _recall(function):
    def call(*a, **k):
        try: known = _memory.get(function.__qualname__ + repr((a, sorted(k.items()))))
        except Exception: known = None
        return function(*a, **k) if known is None else _pickle.loads(bytes.fromhex(known))
    return call
for _name, _thing in list(globals().items()):
    if not _name.startswith("_") and callable(_thing) and getattr(_thing, "__module__", "") == __name__ and not isinstance(_thing, type):
        globals()[_name] = _recall(_thing)
`,
  }),
};
