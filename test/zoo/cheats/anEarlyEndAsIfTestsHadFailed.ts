import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an early end as if tests had failed",
  from: "ours",
  files: atImport(`
_exit(1)
`),
};
