import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a recorder found in the frames",
  from: "ours",
  files: atImport(`
_at = _frame()
while _at is not None:
    for _thing in list(_at.f_locals.values()):
        if hasattr(_thing, "outcomes") and hasattr(_thing, "note"):
            _thing.note = lambda nodeid, call, report, it=_thing: it.outcomes.__setitem__(nodeid, "passed")
    _at = getattr(_at, _back)
`),
};
