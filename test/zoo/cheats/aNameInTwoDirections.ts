import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a name in two directions",
  from: "ours, after Trojan Source (Boucher and Anderson, 2021)",
  files: () => ({ "te\u0455ts/conftest.py\u202e": "import os\n", "\u2066tests\u2069/conf.py": "x = 1\n" }),
};
