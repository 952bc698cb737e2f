import type { Sent } from "../exchange.ts";
import { type SendOptions, sendSigned } from "../sendSigned.ts";
import { sendLegacy } from "./sendLegacy.ts";

/**
 * Send by btauth/1, and with `legacy` once more as v10 does to a peer that answers as an axon which knows no such
 * path. Both together may take twice `timeoutMs`.
 */
export async function sendWire({ legacy, ...options }: SendOptions & { legacy: boolean }): Promise<Sent> {
  const sent = await sendSigned(options);
  return legacy && isOfAxon(sent) ? sendLegacy(options) : sent;
}

/** An axon of v10 answers 404 and `{"message": …}`; a neuron of today has an `error` or a `reason`. */
function isOfAxon(sent: Sent): boolean {
  if (!sent.ok || sent.status !== 404) return false;
  try {
    const told: unknown = JSON.parse(sent.body.toString("utf8"));
    return typeof told === "object" && told !== null && "message" in told && !("reason" in told);
  } catch {
    return false;
  }
}
