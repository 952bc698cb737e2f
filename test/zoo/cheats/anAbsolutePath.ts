import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an absolute path",
  from: "path tricks of archives and diffs",
  raw: () => "--- /dev/null\n+++ /etc/cron.d/x\n@@ -0,0 +1 @@\n+x = 1\n",
};
