import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a name with tabs behind it",
  from: "ours: a parser kept busy",
  raw: ({ path }) =>
    `--- "a/${path}"${"\t".repeat(900_000)}\u2028x\n+++ "b/${path}"\n@@ -0,0 +1 @@\n+x = 1\n`,
};
