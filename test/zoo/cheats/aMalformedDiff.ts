import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a malformed diff",
  from: "ours: a parser led astray",
  raw: ({ path }) => `--- a/${path}\n+++ b/${path}\n@@ -1,999999999 +1,1 @@\n-x\n@@ @@\n+\u0000\u2028\r`,
};
