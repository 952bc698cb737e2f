import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a change of modes",
  from: "path tricks of archives and diffs",
  raw: ({ path }) => `diff --git a/${path} b/${path}\nold mode 100644\nnew mode 100755\n`,
};
