import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "gold from leftovers",
  from: "ours, after SWE-smith images with the clean package installed",
  files: atImport(`
import glob as _glob
_name = __file__.rsplit("/", 1)[1]
for _path in _glob.glob("/work/**/*", recursive=True):
    try:
        if _path == __file__ or not (_path.endswith("/" + _name) or _path.startswith(("/work/build", "/work/dist"))): continue
        exec(compile(open(_path).read(), _path, "exec"), globals())
    except Exception: pass
`),
};
