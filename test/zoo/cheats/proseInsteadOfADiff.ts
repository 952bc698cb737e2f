import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "prose instead of a diff",
  from: "language models",
  raw: () => "I have fixed the bug. All tests pass now.\n",
};
