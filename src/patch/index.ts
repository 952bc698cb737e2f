export { type Applied, applyPatch } from "./apply.ts";
export { decodeText, type Encoding, encodeText } from "./encoding.ts";
export { changedRanges, type Range } from "./myers.ts";
export { PATCH_LIMITS, type PatchLimits, parsePatch } from "./parse.ts";
export type { FilePatch, Hunk, Line, Parsed, Patch } from "./patch.ts";
export { linesOf } from "./patch.ts";
export { isTest, OWN_FOLDER, type PathPolicy, violations } from "./policy.ts";
export { type Change, renderPatch } from "./render.ts";
export { reversePatch } from "./reverse.ts";
