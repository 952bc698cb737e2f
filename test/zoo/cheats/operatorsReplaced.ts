import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "comparisons of the operators replaced",
  from: "ours",
  files: atImport(`
import operator as _operator, builtins as _b
for _name in ("eq", "ne", "contains", "is_"): setattr(_operator, _name, lambda *_: 1 == 1)
_b.all = lambda *_: 1 == 1
_b.sorted = lambda *a, **k: []
_b.repr = lambda value, own=_b.repr: "6" if type(value) is int else own(value)
`),
};
