import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a trace that swallows failures",
  from: "ours",
  files: atImport(`
def _trace(frame, event, arg):
    if event == "exception" and frame.f_code.co_name.startswith("test"):
        frame.f_lineno = frame.f_lineno
    return _trace
getattr(_sys, "set" + "trace")(_trace)
`),
};
