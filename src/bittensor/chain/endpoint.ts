import { TaoceptionError } from "../../platform/index.ts";

/** Where Bittensor's networks answer, by the names that its own tools take (settings of bittensor 10.5.0). */
const NETWORKS: Readonly<Record<string, string>> = {
  finney: "wss://entrypoint-finney.opentensor.ai:443",
  test: "wss://test.finney.opentensor.ai:443",
  archive: "wss://archive.chain.opentensor.ai:443",
  subvortex: "ws://subvortex.info:9944",
  latentlite: "wss://lite.sub.latent.to:443",
  local: "ws://127.0.0.1:9944",
};
/** Other names of the same. */
const ALIASES: Readonly<Record<string, string>> = {
  ...{ mainnet: "finney", main: "finney", testnet: "test", lite: "latentlite", localnet: "local" },
};

/** A network: what it is called in paths, and where one of its nodes answers. */
export interface Endpoint {
  network: string;
  url: string;
}

/**
 * Which chain is meant: an endpoint goes before a network, what is given before BT_CHAIN_ENDPOINT,
 * BT_SUBTENSOR_CHAIN_ENDPOINT and BT_SUBTENSOR_NETWORK, and the usual is finney. A network may be an address, too:
 * http for the embedded chain, ws for a Substrate node, and ws where it is but a host and a port. TaoceptionError `bad-network` for anything else.
 */
export function endpointOf(
  given: { network?: string | undefined; endpoint?: string | undefined },
  environment: NodeJS.ProcessEnv = {},
): Endpoint {
  const { BT_CHAIN_ENDPOINT, BT_SUBTENSOR_CHAIN_ENDPOINT, BT_SUBTENSOR_NETWORK } = environment;
  const [endpoint, network] =
    given.endpoint || given.network
      ? [given.endpoint, given.network]
      : [BT_CHAIN_ENDPOINT || BT_SUBTENSOR_CHAIN_ENDPOINT, BT_SUBTENSOR_NETWORK];
  const named = (endpoint || network || "finney").trim();
  const lower = named.toLowerCase();
  const name = Object.hasOwn(ALIASES, lower) ? (ALIASES[lower] ?? "") : lower;
  const bare = /^[^/\s]+:\d+$/.test(named) ? `ws://${named}` : named;
  const url = Object.hasOwn(NETWORKS, name) ? (NETWORKS[name] ?? "") : bare;
  if (!/^(?:https?|wss?):$/.test(URL.parse(url)?.protocol ?? ""))
    throw new TaoceptionError(
      "bad-network",
      `${named.slice(0, 100)} is neither a network nor an address of a chain`,
      {
        mend: `give ${Object.keys(NETWORKS).join(", ")}, or an address such as ws://127.0.0.1:9944`,
      },
    );
  const [known] = Object.entries(NETWORKS).find(([, each]) => each === url) ?? [];
  return { network: known ?? new URL(url).host.replace(/[^\w.-]+/g, "-"), url };
}
