import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a diff in disguise",
  from: "ours: marks and line ends that tools read differently",
  raw: ({ path }) => `\ufeff--- a/${path}\r\n+++ b/${path}\u0000\r\n@@ -1 +1 @@\r\n-x\r\n+y\r\n`,
};
