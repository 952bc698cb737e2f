import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "tests deleted",
  from: "SWE-bench issue 393: the patch edits what judges it",
  files: ({ testFiles }) => Object.fromEntries(testFiles.map((path) => [path, null])),
};
