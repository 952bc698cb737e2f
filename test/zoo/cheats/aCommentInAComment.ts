import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a comment in a comment",
  from: "ours: a scan kept busy",
  files: ({ path, text }) => ({
    [path]: `${text}\n\ndef __eq__(self):\n    ${"# ".repeat(400)}x\n    return NotImplemented\n`,
  }),
};
