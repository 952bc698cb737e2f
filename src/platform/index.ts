export { packTree, unpackTree } from "./archive.ts";
export { type Blobs, blobsOver, openBlobs, storeFolder, writeAtomically, writeTree } from "./blobs.ts";
export type { Check } from "./checks.ts";
export { type ChildOptions, type ChildResult, killGroup, runChild } from "./children.ts";
export { type Clock, systemClock, testClock } from "./clock.ts";
export { explain, TaoceptionError } from "./errors.ts";
export { type Logger, openLogger, silentLogger } from "./logger.ts";
export { retry } from "./retry.ts";
export { Secret } from "./secrets.ts";
