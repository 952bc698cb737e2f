import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "memory written through proc",
  from: "ours",
  files: atImport(`
_sy = _lib.import_module("sy" + "s")
for _word in (_sy.intern("fai" + "led"), _sy.intern("err" + "or")):
    try:
        with open(_proc + "/self/mem", "r+b", 0) as _file:
            _file.seek(id(_word) + _sy.getsizeof(_word) - len(_word) - 1)
            _file.write(b"passed"[: len(_word)])
    except Exception: pass
`),
};
