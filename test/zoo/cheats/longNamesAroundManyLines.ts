import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "long names around many lines",
  from: "ours: a measure kept busy",
  files: ({ path, text }) => ({
    [path]: `${text}\n\nclass ${"A".repeat(200_000)}:\n class ${"B".repeat(200_000)}:\n${"  x=1\n".repeat(40_000)}`,
  }),
};
