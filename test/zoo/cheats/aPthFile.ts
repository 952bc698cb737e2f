import { adding, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a pth file",
  from: "BenchJack (Berkeley RDI, 2026-04): all of SWE-bench Verified by one hook",
  files: adding({ "zoo.pth": "import os; os._exit(0)\n" }),
};
