import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a binary part",
  from: "path tricks of archives and diffs",
  raw: ({ path }) => `diff --git a/${path} b/${path}\nGIT binary patch\nliteral 4\nLcmZQzWMT#Y01f~L\n\n`,
};
