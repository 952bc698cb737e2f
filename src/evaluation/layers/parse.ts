import { parsePatch } from "../../patch/index.ts";
import type { Layer } from "../work.ts";

/** It must be a unified diff of text files, within the limits. */
export const parse: Layer = {
  name: "parse",
  check(work) {
    const parsed = parsePatch(work.patchText);
    if (!parsed.ok) return { verdict: "invalid-patch", reason: parsed.reason };
    if (parsed.patch.length === 0) return { verdict: "invalid-patch", reason: "the patch changes no file" };
    work.patch = parsed.patch;
    return null;
  },
};
