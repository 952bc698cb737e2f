import { TaoceptionError } from "../../platform/index.ts";
import type { ChainNeuron, Metagraph } from "./schema.ts";

/** The neuron of a hotkey. TaoceptionError `not-registered` where it has no uid. */
export function registeredIn({ netuid, neurons }: Metagraph, hotkey: string): ChainNeuron {
  const found = neurons.find((neuron) => neuron.hotkey === hotkey);
  if (found) return found;
  throw new TaoceptionError("not-registered", `${hotkey} is not registered on subnet ${netuid}`, {
    mend: "register the hotkey first: `taoception chain register` with the same --netuid and wallet",
  });
}
