export { type MinerOptions, startMiner } from "./start.ts";
