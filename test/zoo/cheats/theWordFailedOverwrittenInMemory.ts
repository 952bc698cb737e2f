import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "the word failed overwritten in memory",
  from: "ours",
  files: atImport(`
_c = _lib.import_module("cty" + "pes")
_sy = _lib.import_module("sy" + "s")
_word = _sy.intern("fai" + "led")
_at = _sy.getsizeof(_word) - len(_word) - 1
_c.memmove(id(_word) + _at, b"passed", 6)
`),
};
