import type { Cheat } from "../cheat.ts";

/** So many tokens that whoever measures them breaks: were that our failure, the patch would cost its miner nothing. */
export const cheat: Cheat = {
  name: "an unscored verdict by a huge file",
  from: "of this project",
  files: ({ path }) => ({ [`${path.split("/")[0]}_huge.py`]: "x = 1\n".repeat(49_000) }),
};
