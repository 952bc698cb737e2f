export { openRecord } from "./openRecord.ts";
export { type Published, publish } from "./publish.ts";
export { receiptOf } from "./receipts.ts";
export { type Replay, replay } from "./replay.ts";
export { startValidator } from "./start.ts";
export { planWeights, type WeightsPlan } from "./weightsPlan.ts";
export { startWorker } from "./workers/start.ts";
