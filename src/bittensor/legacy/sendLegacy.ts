import { systemClock } from "../../platform/index.ts";
import { exchange, type Sent } from "../exchange.ts";
import { nextNonce } from "../nonces.ts";
import { encode, type SendOptions } from "../sendSigned.ts";
import { Answered, type Asked, hashAsked, SYNAPSE } from "./synapse.ts";
import { legacyHeaders } from "./v10.ts";

/**
 * Send one request as a v10 dendrite does, to the axon at the origin of `url`, within the limits of `exchange`.
 * Whatever the axon refuses by itself is an answer of its status; what it answers has the status and the body that
 * are in its synapse. An answer that is no such synapse is `bad-answer`.
 */
export async function sendLegacy(options: SendOptions): Promise<Sent> {
  const { method, keypair, receiver, timeoutMs, maxBytes, clock = systemClock } = options;
  const payload = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(encode(options.body));
  const sent = await exchange(
    options.url,
    (url) => {
      const asked: Asked = { method, target: `${url.pathname}${url.search}`, payload };
      const headers = legacyHeaders(
        {
          ...{ name: SYNAPSE, timeoutMs, receiver, nonce: nextNonce(clock), bodyHash: hashAsked(asked) },
          ip: url.hostname.replace(/^\[|\]$/g, ""),
          port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
          fields: Object.keys(asked),
        },
        keypair,
      );
      return {
        method: "POST",
        target: `/${SYNAPSE}`,
        body: encode({ json: bodyOf(asked, headers) }),
        headers,
      };
    },
    // base64, or JSON within JSON, and what v10 puts beside it
    { ...options, maxBytes: 2 * maxBytes + 64 * 1024 },
  );
  if (!sent.ok || sent.status !== 200) return sent;
  const answered = Answered.safeParse(parsed(sent.body));
  if (!answered.success) return { ok: false, reason: "bad-answer", detail: `not a ${SYNAPSE} synapse` };
  const { status, reply, encoding } = answered.data;
  const body = Buffer.from(reply, encoding === "base64" ? "base64" : "utf8");
  if (body.length > maxBytes)
    return { ok: false, reason: "too-large", detail: `more than ${maxBytes} bytes` };
  return { ok: true, status, body };
}

/** What an axon hands to its forward function: it reads the sender there, not in the headers that it verified. */
function bodyOf(asked: Asked, headers: Record<string, string>): object {
  const terminal = (prefix: string) =>
    Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
      ),
    );
  return {
    ...asked,
    name: headers.name,
    timeout: Number(headers.timeout),
    dendrite: terminal("bt_header_dendrite_"),
    axon: terminal("bt_header_axon_"),
  };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}
