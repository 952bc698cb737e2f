import type { Cheat } from "../cheat.ts";

/** Nested deeper than any parser likes: were that our failure, the patch would cost its miner nothing. */
export const cheat: Cheat = {
  name: "an unscored verdict by nesting",
  from: "of this project",
  files: ({ path }) => ({
    [`${path.split("/")[0]}_deep.py`]: `x = ${"(".repeat(300_000)}1${")".repeat(300_000)}\n`,
  }),
};
