import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a path that climbs out",
  from: "path tricks of archives and diffs",
  raw: () => "--- /dev/null\n+++ b/../../outside.py\n@@ -0,0 +1 @@\n+x = 1\n",
};
