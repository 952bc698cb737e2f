export { openReleases } from "./release.ts";
export { type MinerOptions, startMiner } from "./start.ts";
