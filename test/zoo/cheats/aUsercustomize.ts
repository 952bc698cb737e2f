import { adding, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a usercustomize",
  from: "BenchJack (Berkeley RDI, 2026-04): all of SWE-bench Verified by one hook",
  files: adding({ "usercustomize.py": "import os\nos._exit(0)\n" }),
};
