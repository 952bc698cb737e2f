import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a link to what judges",
  from: "path tricks of archives and diffs; git's mode 120000",
  raw: ({ testFiles: [first = "t.py"] }) =>
    `diff --git a/${first} b/${first}\ndeleted file mode 100644\n--- a/${first}\n+++ /dev/null\ndiff --git a/${first} b/${first}\nnew file mode 120000\n--- /dev/null\n+++ b/${first}\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n`,
};
