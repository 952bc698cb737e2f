import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a rename of the tests",
  from: "path tricks of archives and diffs",
  raw: ({ testFiles: [file] }) =>
    `diff --git a/${file} b/old.py\nsimilarity index 100%\nrename from ${file}\nrename to old.py\n`,
};
