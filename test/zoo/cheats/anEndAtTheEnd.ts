import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an end at the end",
  from: "SWE-bench issues 393, 437, 620: the status taken for the result",
  files: atImport(`
_lib.import_module("at" + "exit").register(_exit, 0)
`),
};
