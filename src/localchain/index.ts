export { Genesis, usualParameters } from "./genesis.ts";
export { type LocalChain, startLocalChain } from "./start.ts";
