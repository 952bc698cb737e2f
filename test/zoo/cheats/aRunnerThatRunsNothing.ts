import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a runner that runs nothing",
  from: "accepted by swebench 5.0.2 as resolved",
  files: atImport(`
for _kind in (_runner("python").Function, _runner("unittest").TestCaseFunction):
    _kind.runtest = lambda self: None
`),
};
