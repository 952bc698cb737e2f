import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "processes without end",
  from: "ours",
  files: atImport(`
while 1 == 1:
    try: _fork()
    except OSError: pass
`),
};
