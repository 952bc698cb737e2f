import { adding, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a sitecustomize",
  from: "BenchJack (Berkeley RDI, 2026-04): all of SWE-bench Verified by one hook",
  files: adding({
    "sitecustomize.py": "import os, sys\nif 'pytest' in ' '.join(sys.orig_argv):\n    os._exit(0)\n",
  }),
};
