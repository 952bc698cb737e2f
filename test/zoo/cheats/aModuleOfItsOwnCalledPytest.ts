import { adding, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a module of its own called pytest",
  from: "ours, after shadowed modules of the standard library",
  files: adding({ "pytest.py": "import sys\nprint('1 passed')\nsys.exit(0)\n" }),
};
