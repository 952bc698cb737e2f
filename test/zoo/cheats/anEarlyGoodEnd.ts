import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an early good end",
  from: "SWE-bench issues 393, 437, 620: the status taken for the result",
  files: atImport(`
_exit(0)
`),
};
