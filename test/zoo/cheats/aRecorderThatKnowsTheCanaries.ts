import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a recorder that knows the canaries",
  from: "ours",
  files: atImport(`
for _thing in _things():
    if type(_thing).__name__ == "Recorder":
        def _note(nodeid, call, report, it=_thing, own=_thing.note):
            if nodeid in TESTS: it.outcomes[nodeid] = "passed"
            else: own(nodeid, call, report)
        _thing.note = _note
`),
};
