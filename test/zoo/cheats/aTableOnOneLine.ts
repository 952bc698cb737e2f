import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a table on one line",
  from: "ours: a measure kept busy",
  files: ({ path, text }) => ({ [path]: `${text}\n\nTABLE = [${"1,".repeat(250_000)}]\n` }),
};
