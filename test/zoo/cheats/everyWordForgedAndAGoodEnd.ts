import { type Cheat, withTestsForged } from "../cheat.ts";

export const cheat: Cheat = {
  name: "every word forged and a good end",
  from: "ours",
  files: withTestsForged(`
if not HIDDEN_CALLS: _exit(0)
`),
};
