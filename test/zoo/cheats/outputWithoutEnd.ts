import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "output without end",
  from: "ours",
  files: atImport(`
while 1 == 1: print("x" * 65536)
`),
};
