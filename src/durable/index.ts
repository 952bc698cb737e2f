export { type Durable, openDurable } from "./openDurable.ts";
export type { Durably } from "./steps.ts";
