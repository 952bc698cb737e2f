import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a killed parent",
  from: "ours",
  files: atImport(`
getattr(_os, "ki" + "ll")(_os.getppid(), 9)
`),
};
