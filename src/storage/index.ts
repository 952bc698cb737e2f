export type { Appended, Entry } from "./append.ts";
export { checkPostgres } from "./check.ts";
export type { Documents } from "./documents.ts";
export type { EventOf, EventQuery, EventType } from "./events.ts";
export { openPostgres, type Postgres } from "./postgres.ts";
export type { RoundWindow } from "./rounds.ts";
export { openStorage, type Storage } from "./storage.ts";
export type { ChainState } from "./verifyChain.ts";
export { createWorkerRole } from "./workerRole.ts";
