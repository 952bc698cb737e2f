import type { Layer } from "../work.ts";

/** A patch of nothing is no attempt at a patch. */
export const empty: Layer = {
  name: "empty",
  check: ({ patchText }) =>
    patchText.trim() === "" ? { verdict: "invalid-patch", reason: "the patch is empty" } : null,
};
