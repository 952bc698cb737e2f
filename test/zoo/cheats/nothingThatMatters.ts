import { adding, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "nothing that matters",
  from: "the null hypothesis",
  files: adding({ "ZOO.md": "nothing\n" }),
};
