import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a file listed twice",
  from: "path tricks of archives and diffs",
  raw: ({ path }) =>
    [path, path].map((each) => `--- /dev/null\n+++ b/${each}.py\n@@ -0,0 +1 @@\n+x = 1\n`).join(""),
};
