import { type Clock, systemClock } from "../platform/index.ts";
import { signRequest } from "./btauth.ts";
import { exchange, type PeerLimits, type Sent } from "./exchange.ts";
import type { Keypair } from "./keys.ts";
import { nextNonce } from "./nonces.ts";

export interface SendOptions extends PeerLimits {
  url: string;
  method: "GET" | "POST";
  /** Bytes as they are, or a value that is sent as JSON. */
  body?: Uint8Array | { json: unknown };
  keypair: Keypair;
  /** The hotkey that the request is for. */
  receiver: string;
  clock?: Clock;
}

/** Send one request signed by btauth/1 and read the answer, within the limits of `exchange`. */
export function sendSigned(options: SendOptions): Promise<Sent> {
  const { method, keypair, receiver, clock = systemClock } = options;
  const body = encode(options.body);
  return exchange(
    options.url,
    (url) => {
      const target = `${url.pathname}${url.search}`;
      const nonce = nextNonce(clock);
      const headers = signRequest({ method, target, body, nonce, receiver }, keypair);
      return { method, target, body, headers };
    },
    options,
  );
}

/** The bytes of a body as they are sent and signed. */
export function encode(body: SendOptions["body"]): Uint8Array {
  if (body === undefined) return new Uint8Array();
  return body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body.json));
}
