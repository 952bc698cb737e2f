import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an outcomes table that corrects itself",
  from: "ours",
  files: atImport(`
class _Table(dict):
    def get(self, key, default=None): return "passed" if key in TESTS else super().get(key, default)
    def __setitem__(self, key, value): super().__setitem__(key, "passed" if key in TESTS else value)
for _thing in _things():
    if type(_thing).__name__ == "Recorder": _thing.outcomes = _Table(_thing.outcomes)
`),
};
