import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a recorder that passes on what it is told",
  from: "ours",
  files: atImport(`
for _thing in _things():
    if type(_thing).__name__ == "Recorder":
        _own = _thing.report
        def _report(line, own=_own):
            if line.get("test") in TESTS: line = {"test": line["test"], "outcome": "passed", "ms": line.get("ms", 1)}
            return own(line)
        _thing.report = _report
`),
};
