export { type Block, type Built, buildBlock } from "./build.ts";
export { call, compile, type Host, type Runtime } from "./call.ts";
export { genesisState } from "./genesis.ts";
export { encodeHeader, type Header, headerHash } from "./header.ts";
export type { Said, Verify } from "./host/host.ts";
export {
  blake2_256,
  descendantValue,
  orderedRoot,
  readProof,
  type StateVersion,
  stateRoot,
} from "./merkle.ts";
export { compact, concat, readScale, u32, vec } from "./scale.ts";
export { CODE, readSpec, type Spec } from "./spec.ts";
export { get, keysUnder, type State } from "./trie.ts";
export { twox } from "./twox.ts";
export { readValidity, type Validity } from "./validity.ts";
export { type RuntimeVersion, versionOf } from "./version.ts";
