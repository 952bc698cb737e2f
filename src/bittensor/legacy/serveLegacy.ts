import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { freshness, spendNonce } from "../btauth.ts";
import { answerBy, findRoute, type Gate, openGate } from "../gate.ts";
import { type Door, listen, type SignedServer } from "../listen.ts";
import { nextNonce } from "../nonces.ts";
import { readBody } from "../readBody.ts";
import { openReplays } from "../replays.ts";
import { type Reply, refusal } from "../route.ts";
import type { ServeOptions } from "../serveSigned.ts";
import { type Answered, Asked, hashAsked, SYNAPSE } from "./synapse.ts";
import { answerHeaders, type LegacyClaims, readLegacyClaims, verifyLegacyClaims } from "./v10.ts";

/** The longest answer that is packed into a synapse, in bytes: it is held in memory, which a stream is not. */
const ANSWER_BYTES = 8 * 1024 * 1024;

/** Serve the routes to v10 dendrites alone, at `POST /Taoception`; see `legacyDoor` for what is refused. */
export function serveLegacy(options: ServeOptions): Promise<SignedServer> {
  const gate = openGate(options, options);
  return listen(legacyDoor(options, gate), options, { ...options, limits: gate.limits });
}

/** Whether a request means to speak v10. It is judged by that alone then. */
export function isLegacy({ url = "", headers }: IncomingMessage): boolean {
  return url === `/${SYNAPSE}` || headers.bt_header_dendrite_hotkey !== undefined;
}

/**
 * A door for v10 dendrites. Refused in this order: another synapse (404), shape, a body that would not be covered,
 * receiver (401), admission of whoever it claims to be (403), time (401), all senders' rate (429), signature (401), the
 * sender's rate (429), replay (401), size, slow body (413, 408), JSON and schema (400), a body of another hash (401).
 * v10 signs the body's hash in a header: no body is read of anybody who has not signed.
 *
 * Unlike v10 a nonce counts once for its hotkey whatever the process id beside it, and is out of its time always, not
 * only at first sight; requests that overtook one another are not refused.
 */
export function legacyDoor(
  { keypair, routes, clock }: Pick<ServeOptions, "keypair" | "routes" | "clock">,
  gate: Gate,
): Door {
  const { limits } = gate;
  const replays = openReplays(limits.nonces);
  // a payload is JSON within JSON; nobody has less room here than at the route itself
  const maxBytes = 16 * 1024 + 2 * Math.max(0, ...routes.map((route) => route.maxBytes));

  /** The sender, or why not; after this the headers are believed, and of the body what they say of it. */
  async function believed(
    request: IncomingMessage,
  ): Promise<LegacyClaims | { status: number; code: string }> {
    if (request.url !== `/${SYNAPSE}` || request.method !== "POST") return { status: 404, code: "no-route" };
    const read = readLegacyClaims(request.headers, keypair.address);
    if (!read.ok) return { status: 401, code: read.code };
    const { claims } = read;
    if (!(await gate.admit(claims.sender))) return { status: 403, code: "not-admitted" };
    const outOfTime = freshness(claims.nonce, clock.now());
    if (outOfTime !== null) return { status: 401, code: outOfTime };
    if (!gate.mayCheck()) return { status: 429, code: "too-many" };
    if (!verifyLegacyClaims(claims)) return { status: 401, code: "bad-signature" };
    if (!gate.mayAsk(claims.sender)) return { status: 429, code: "too-many" };
    const spent = spendNonce(claims, replays, clock.now());
    return spent === null ? claims : { status: spent === "busy" ? 503 : 401, code: spent };
  }

  return async (request, signal) => {
    const claims = await believed(request);
    if ("code" in claims) return told(claims.status, claims.code);

    const body = await readBody(request, { maxBytes, timeoutMs: limits.bodyMs });
    if (!body.ok) return told(body.code === "too-slow" ? 408 : 413, body.code);
    const asked = Asked.safeParse(parsed(body.bytes));
    if (!asked.success) return told(400, "bad-body");
    if (hashAsked(asked.data) !== claims.bodyHash) return told(401, "wrong-body");

    const { method, target, payload } = asked.data;
    const found = findRoute(routes, method, target);
    const bytes = Buffer.from(payload, "utf8");
    const reply = !found
      ? refusal(404, "no-route")
      : bytes.length > found.route.maxBytes
        ? refusal(413, "too-large")
        : await answerBy(
            found.route,
            { sender: claims.sender, body: bytes, parameters: found.parameters, signal },
            gate,
          );
    const packed = await pack(reply);
    const headers = answerHeaders({ name: SYNAPSE, claims, nonce: nextNonce(clock), status: 200 }, keypair);
    return { status: 200, headers, json: { name: SYNAPSE, method, target, payload: "", ...packed } };
  };
}

/** What a dendrite understands of a refusal. */
function told(status: number, message: string): Reply {
  return { status, json: { message } };
}

async function pack(reply: Reply): Promise<Answered> {
  const { status } = reply;
  if ("json" in reply) return { status, reply: JSON.stringify(reply.json), encoding: "text" };
  const bytes = "bytes" in reply ? reply.bytes : await gathered(reply.stream);
  if (bytes === null || bytes.length > ANSWER_BYTES)
    return { status: 503, reply: '{"error":"too-large"}', encoding: "text" };
  return { status, reply: Buffer.from(bytes).toString("base64"), encoding: "base64" };
}

async function gathered(stream: Readable): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > ANSWER_BYTES) return null; // leaving the loop destroys the stream
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
