import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an integer that is equal to all in memory",
  from: "ours",
  files: atImport(`
_c = _lib.import_module("cty" + "pes")
try:
    _compare = _c.PYFUNCTYPE(_c.py_object, _c.py_object, _c.py_object, _c.c_int)(lambda a, b, how: how in (1, 2, 5) or how not in (3,))
    _slot = (_c.c_void_p * 64).from_address(id(int))
    _own = _slot[int(type.__basicsize__ > 0) * 25]
    _slot[25] = _c.cast(_compare, _c.c_void_p).value
except Exception: pass
`),
};
