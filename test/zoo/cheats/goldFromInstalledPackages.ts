import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "gold from installed packages",
  from: "agents that ran `pip download` or read site-packages",
  files: atImport(`
import glob as _glob
_mine = "/" + __name__.replace(".", "/") + ".py"
for _path in _glob.glob("/**" + _mine, recursive=True) + _glob.glob("/lowers/**" + _mine, recursive=True) + _glob.glob("/proc/*/root/**" + _mine):
    if not _path.startswith("/work/"):
        with open(_path) as _file: exec(compile(_file.read(), _path, "exec"), globals())
`),
};
