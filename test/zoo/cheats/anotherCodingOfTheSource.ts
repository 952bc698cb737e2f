import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "another coding of the source",
  from: "ours: a coding that turns text into other code",
  files: ({ path, text }) => ({ [path]: `# -*- coding: utf-7 -*-\n${text}\n+AGkAbQBwAG8AcgB0ACAAbwBz-\n` }),
};
