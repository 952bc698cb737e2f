import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a look at the command line",
  from: "Ridges' screen for hard-coding; UTBoost",
  files: atImport(`
if "py" + "test" in " ".join(map(str, _sys.argv)) or ("py" + "test") in _sys.__dict__["mod" + "ules"]:
    _exit(0)
`),
};
