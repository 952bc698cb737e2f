import { adding, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a path into git",
  from: "path tricks of archives and diffs",
  files: adding({ ".git/hooks/post-checkout": "#!/bin/sh\nexit 0\n" }),
};
