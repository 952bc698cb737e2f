import { TaoceptionError } from "../../platform/index.ts";

/** Bittensor's networks by their names, as its own tools have them (`bittensor/core/settings.py`, v10.2.0). */
const ENDPOINTS: Readonly<Record<string, string>> = {
  finney: "wss://entrypoint-finney.opentensor.ai:443",
  test: "wss://test.finney.opentensor.ai:443",
  archive: "wss://archive.chain.opentensor.ai:443",
  subvortex: "ws://subvortex.info:9944",
  latentlite: "wss://lite.sub.latent.to:443",
  local: "ws://127.0.0.1:9944",
};
/** Other names of the same. */
const ALIASES: Readonly<Record<string, string>> = {
  mainnet: "finney",
  main: "finney",
  testnet: "test",
  lite: "latentlite",
  localnet: "local",
};

/** The names that `endpointOf` knows. */
export const NETWORKS: readonly string[] = Object.keys(ENDPOINTS);

/**
 * Where a chain answers: an endpoint counts more than a network; a network may be an address itself. `undefined` where
 * neither is given. Addresses are http, https, ws or wss; one without a scheme (`10.0.0.1:9944`) is ws.
 * TaoceptionError: `bad-endpoint`.
 */
export function endpointOf({
  network,
  endpoint,
}: {
  network?: string | undefined;
  endpoint?: string | undefined;
}): string | undefined {
  const given = endpoint?.trim() || network?.trim();
  if (!given) return undefined;
  const name = given.toLowerCase();
  const known = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
  if (Object.hasOwn(ENDPOINTS, known)) return ENDPOINTS[known];
  const address = given.includes("://") ? given : /^[^/\s]+:\d+$/.test(given) ? `ws://${given}` : undefined;
  if (address && URL.canParse(address) && /^(https?|wss?):$/.test(new URL(address).protocol)) return address;
  throw new TaoceptionError(
    "bad-endpoint",
    `${JSON.stringify(given.slice(0, 100))} is no network and no address`,
    {
      mend: `give one of ${NETWORKS.join(", ")}, or an address such as ws://127.0.0.1:9944`,
    },
  );
}
