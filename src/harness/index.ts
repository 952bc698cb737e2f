export type { OpenContainer } from "./images.ts";
export { openOurs } from "./ours.ts";
export { type Ran, runPredictions } from "./runPredictions.ts";
