import type { Cheat } from "../cheat.ts";

/** A file where the judge wants a folder: were that our failure, the patch would cost its miner nothing. */
export const cheat: Cheat = {
  name: "an unscored verdict by our own folder",
  from: "of this project",
  files: ({ path, text }) => ({ [path]: `${text}\n# nothing\n`, ".taoception": "here\n" }),
};
