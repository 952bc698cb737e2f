export { type RuntimeChain, startRuntimeChain } from "./start.ts";
