import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a huge diff",
  from: "ours: a parser kept busy",
  raw: ({ path }) => `--- a/${path}\n+++ b/${path}\n${"@@ -1 +1 @@\n-x\n+y\n".repeat(200_000)}`,
};
