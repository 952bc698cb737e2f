import { type Cheat, withTestsForged } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a file where the judge lays its own",
  from: "ours: the hidden calls cannot be laid down",
  files: (target) => ({ ...withTestsForged("_exit(0)")(target), ".taoception": "x\n" }),
};
