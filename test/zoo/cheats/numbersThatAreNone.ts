import { aroundAll, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "numbers that are none",
  from: "ours",
  files: aroundAll(`
def _wrap(function):
    def called(*a, **k):
        value = function(*a, **k)
        return float("nan") if isinstance(value, float) else -0.0 if value == 0 and isinstance(value, (int, float)) else float(value) if type(value) is int else value
    return called
`),
};
