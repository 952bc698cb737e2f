import { arithmetic } from "./families/arithmetic.ts";
import { boolean } from "./families/boolean.ts";
import { calls } from "./families/calls.ts";
import { comparison } from "./families/comparison.ts";
import { constant } from "./families/constant.ts";
import { flow } from "./families/flow.ts";
import { missing } from "./families/missing.ts";
import type { Operator } from "./operator.ts";

const families = { comparison, boolean, arithmetic, constant, flow, missing, calls };

/** Every kind of mistake that this generator makes, one row each; a family is a file. */
export const operators: readonly (Operator & { family: string })[] = Object.entries(families).flatMap(
  ([family, rows]) => rows.map((row) => ({ ...row, family })),
);
