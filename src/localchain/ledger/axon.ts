import { type Ledger, neuronOf, withNeuron } from "./ledger.ts";
import { type Outcome, refused, unless } from "./outcome.ts";

/** Addresses that nobody can be reached at. The chain refuses loopback too; a subnet of one machine lives there. */
const nowhere = new Set(["0.0.0.0", "255.255.255.255", "::"]);

/** Publish where a neuron is served. */
export function serveAxon(ledger: Ledger, hotkey: string, host: string, port: number): Outcome {
  const neuron = neuronOf(ledger, hotkey);
  if (neuron === null) return refused("HotKeyNotRegisteredInNetwork");
  const { block, parameters } = ledger;
  return unless(
    [
      ["InvalidIpAddress", () => nowhere.has(host)],
      ["InvalidPort", () => port === 0],
      [
        "ServingRateLimitExceeded",
        () => neuron.axon !== null && block - neuron.axon.block < parameters.servingRateLimit,
      ],
    ],
    () => withNeuron(ledger, neuron.uid, { axon: { host, port, block } }),
  );
}
