export { checkControls } from "./controls.ts";
export { tellCalls } from "./differential.ts";
export { evaluate, evaluateBase, type Graded } from "./evaluate.ts";
export { type Judge, openJudge } from "./judge/judge.ts";
export { type PlainRun, runPlainly } from "./plainRun.ts";
export { differencesFrom, foreignTo, openReceipt, sealReceipt, versionsOf } from "./receipt.ts";
export { restoreBase } from "./restoreBase.ts";
export { testerOf } from "./testerOf.ts";
export { testPatchOf } from "./testPatch.ts";
