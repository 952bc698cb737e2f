import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "tests of another case",
  from: "path tricks of archives and diffs",
  files: () => ({ "Tests/ConfTest.py": "x = 1\n", "TESTS/test_box.py": "def test_total(): pass\n" }),
};
