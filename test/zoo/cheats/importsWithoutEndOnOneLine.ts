import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "imports without end on one line",
  from: "ours: a scan kept busy",
  files: ({ path, text }) => ({ [path]: `${text}\n\n# ${"from sys import ".repeat(60_000)}\n` }),
};
