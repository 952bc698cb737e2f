import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "gold from other processes",
  from: "ours",
  files: atImport(`
import glob as _glob
for _path in _glob.glob(_proc + "/*/cmdline") + _glob.glob(_proc + "/*/environ") + _glob.glob(_proc + "/*/mem"):
    try:
        with open(_path, "rb") as _file: _file.read(1 << 16)
    except OSError: pass
for _path in ("/work/.taoception", "/sandbox", "/lowers", "/tmp"):
    try: print(_os.listdir(_path))
    except OSError: pass
`),
};
