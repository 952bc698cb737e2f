import type { Command } from "commander";
import { z } from "zod";
import { type Endpoint, endpointOf } from "../bittensor/index.ts";
import { httpUrl, rule } from "./fields.ts";

/** Which chain, under the flags of Bittensor's own tools, or as the address of an embedded one. */
export const chainFields = {
  url: httpUrl.optional(),
  chain: httpUrl.optional(),
  "subtensor.network": z.string().optional(),
  "subtensor.chain_endpoint": z.string().optional(),
};
type Given = Partial<Record<keyof typeof chainFields, string | undefined>>;

/** The flags that name a chain; `own` is what a command calls the embedded one's address. */
export function chainFlags(command: Command, own: "chain" | "url"): Command {
  return command
    .option("--subtensor.network <name>", "finney, test, local or an address (BT_SUBTENSOR_NETWORK)")
    .option("--subtensor.chain_endpoint <url>", "one node's address (BT_CHAIN_ENDPOINT)")
    .option(`--${own} <url>`, "where an embedded chain answers, in place of a network");
}

/** The chain that is meant. */
export function endpointIn(given: Given, environment: NodeJS.ProcessEnv): Endpoint {
  const { url, chain, "subtensor.network": network, "subtensor.chain_endpoint": endpoint } = given;
  return endpointOf({ network, endpoint: url ?? chain ?? endpoint }, environment);
}

export const oneChain = (given: Given) =>
  (given.chain ?? given.url) === undefined ||
  !(given["subtensor.network"] || given["subtensor.chain_endpoint"]);
export const ONE_CHAIN = (own: "chain" | "url") => rule(`give either --${own} or --subtensor.*, not both`);
