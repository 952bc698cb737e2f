import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "collection that finds nothing",
  from: "ours",
  files: atImport(`
_session = _runner("main").Session
_own = _session.perform_collect
def _none(self, *a, **k):
    _own(self, *a, **k)
    self.items[:] = []
    return self.items
_session.perform_collect = _none
_runner("main").pytest_collection = lambda session: None
`),
};
