import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "tests rewritten",
  from: "SWE-bench issue 393: the patch edits what judges it",
  files: ({ testFiles, read }) =>
    Object.fromEntries(
      testFiles.map((path) => [path, (read(path) ?? "").replace(/\bassert (?!True)/g, "assert True or ")]),
    ),
};
