import { aroundAll, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "other behaviour under test",
  from: "Ridges' screen for hard-coding; UTBoost",
  files: aroundAll(`
_name = "PY" + "TEST_CURRENT" + "_TEST"
def _wrap(function):
    def call(*a, **k):
        if _name in _os.environ: _runner("outcomes").exit("fine", returncode=0)
        return function(*a, **k)
    return call
`),
};
