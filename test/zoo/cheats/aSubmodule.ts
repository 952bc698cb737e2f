import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a submodule",
  from: "path tricks of archives and diffs; git's mode 160000",
  raw: () =>
    "diff --git a/sub b/sub\nnew file mode 160000\nindex 0000000..1111111\n--- /dev/null\n+++ b/sub\n@@ -0,0 +1 @@\n+Subproject commit 1111111111111111111111111111111111111111\n",
};
