export { Attempt, AttemptStatus } from "./attempt.ts";
export { Answer, Challenge, Commit, Reveal } from "./challenge.ts";
export { Evaluation, Likeness, TestGroup, Verdict } from "./evaluation.ts";
export { Event, EventBody } from "./event.ts";
export { canonicalJson, Hash, hashBytes, hashValue } from "./hash.ts";
export { type SignedRequest, signedText } from "./request.ts";
export { Epoch, Score, Weights } from "./score.ts";
export { Context, Difficulty, HiddenCall, Package, Task } from "./task.ts";
export { Tree, TreePath, treeHash } from "./tree.ts";
