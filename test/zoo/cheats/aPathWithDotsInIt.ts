import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a path with dots in it",
  from: "path tricks of archives and diffs",
  raw: () =>
    ["./tests/test_box.py", "shelf/../tests/conftest.py", "shelf//conftest.py", "shelf/./pytest.ini"]
      .map((path) => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x = 1\n`)
      .join(""),
};
