import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a recorder found by the collector",
  from: "ours",
  files: atImport(`
for _thing in _things():
    if type(_thing).__name__ in ("Recorder", "Guard"):
        try:
            _thing.finish = lambda nodeid, seconds, it=_thing: it.report({"test": nodeid, "outcome": "passed", "ms": 1})
            _thing.replaced = lambda *a: []
        except Exception: pass
`),
};
