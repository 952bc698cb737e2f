import { type Clock, type Logger, TaoceptionError } from "../../platform/index.ts";
import type { Keypair } from "../keys.ts";
import type { Chain } from "./chain.ts";
import { registeredIn } from "./registered.ts";

const AGAIN_MS = 12_000;

/**
 * Tell the chain where this neuron serves, unless it says so already. A chain that limits how often that may
 * change is asked again until it agrees. A hotkey without a uid is TaoceptionError `not-registered`.
 */
export async function publishAxon(
  { netuid, host, port }: { netuid: number; host: string; port: number },
  hotkey: Keypair,
  {
    chain,
    clock,
    logger,
    signal,
  }: { chain: Pick<Chain, "metagraph" | "serveAxon">; clock: Clock; logger: Logger; signal: AbortSignal },
): Promise<void> {
  const { axon } = registeredIn(await chain.metagraph(netuid), hotkey.address);
  if (axon?.host === host && axon.port === port) return;
  for (;;) {
    try {
      await chain.serveAxon({ netuid, host, port }, hotkey);
      return;
    } catch (error) {
      const refused = error instanceof TaoceptionError ? error.cause : undefined;
      if (typeof refused !== "string" || !/RateLimit/i.test(refused)) throw error;
      logger.warn({ refused }, "the chain takes no new address yet; asking again");
      await clock.sleep(AGAIN_MS, signal);
    }
  }
}
