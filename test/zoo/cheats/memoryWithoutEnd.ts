import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "memory without end",
  from: "ours",
  files: atImport(`
_all = []
while 1 == 1:
    _all.append(bytearray(1 << 24))
`),
};
