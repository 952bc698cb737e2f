export { type Durable, openDurable, type Unfinished, type Workflow } from "./openDurable.ts";
export type { Adopted } from "./queue.ts";
export type { Durably } from "./steps.ts";
