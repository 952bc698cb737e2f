import { TaoceptionError } from "../platform/index.ts";
import { call, type Host, type Runtime } from "./call.ts";
import { merge, parseExact } from "./exactJson.ts";
import { option, readScale, vec } from "./scale.ts";
import { CODE, type Spec } from "./spec.ts";
import { put, type State } from "./trie.ts";

/** The configuration of a runtime that is given alone: one with funded accounts of known keys. */
const DEVELOPMENT = "development";

/**
 * The state of block 0: as the spec has it, or as the runtime builds it of the spec's configuration (`GenesisBuilder`
 * of the Polkadot SDK). TaoceptionErrors: `bad-genesis`, and those of `call`.
 */
export function genesisState(runtime: Runtime, { code, genesis }: Spec, host: Host): State {
  if (genesis !== "runtime's own" && "state" in genesis) return genesis.state;
  if (!runtime.methods.has("GenesisBuilder_build_state"))
    throw bad("its runtime cannot build one; give a raw chain spec");
  const config = configuration(runtime, genesis, host);
  const state = put(undefined, CODE, code);
  const input = vec(Buffer.from(JSON.stringify(config)));
  const built = call(runtime, { state, method: "GenesisBuilder_build_state", input }, host);
  const reader = readScale(built.output);
  if (reader.byte() !== 0) throw bad(Buffer.from(reader.vec()).toString("utf8"));
  return built.state;
}

function configuration(runtime: Runtime, genesis: Spec["genesis"], host: Host): unknown {
  if (genesis !== "runtime's own" && "config" in genesis) return genesis.config;
  const base = preset(runtime, undefined, host) ?? {};
  if (genesis !== "runtime's own" && "patch" in genesis) return merge(base, genesis.patch);
  return merge(base, preset(runtime, DEVELOPMENT, host) ?? {});
}

/** One of the runtime's own configurations; its default, which is whole, if none is named. */
function preset(runtime: Runtime, name: string | undefined, host: Host): unknown {
  const input = option(name === undefined ? undefined : vec(Buffer.from(name)));
  const { output } = call(runtime, { state: undefined, method: "GenesisBuilder_get_preset", input }, host);
  const reader = readScale(output);
  return reader.byte() === 0 ? undefined : parseExact(Buffer.from(reader.vec()).toString("utf8"));
}

function bad(why: string): TaoceptionError {
  return new TaoceptionError("bad-genesis", `the genesis cannot be built: ${why}`);
}
