import { type Cheat, withTestsForged } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a teller that tells what it wants",
  from: "ours",
  files: withTestsForged(`
if not HIDDEN_CALLS: _exit(0)
_at = _frame(0)
while _at is not None:
    if "TooMuch" in _at.f_globals:
        _at.f_globals["Teller"].tell = lambda self, value, depth=0: ["int", hex(value + 1)] if type(value) is int else [type(value).__name__, repr(value)]
    _at = getattr(_at, _back)
`),
};
