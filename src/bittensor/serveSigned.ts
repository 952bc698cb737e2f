import type { Clock, Logger } from "../platform/index.ts";
import { readClaims, spendNonce, verifyClaims } from "./btauth.ts";
import { type Admit, answerBy, findRoute, type Gate, openGate, type ServerLimits } from "./gate.ts";
import type { Keypair, Scheme } from "./keys.ts";
import { type Door, listen, type Place, type SignedServer } from "./listen.ts";
import { readBody } from "./readBody.ts";
import { openReplays } from "./replays.ts";
import { type Route, refusal } from "./route.ts";

/** What a neuron's server is told. */
export interface ServeOptions extends Place {
  /** The receiver to whom requests must be bound. */
  keypair: Keypair;
  routes: readonly Route[];
  admit: Admit;
  limits?: Partial<ServerLimits>;
  clock: Clock;
  logger: Logger;
}

/** Serve btauth/1 requests that are bound to `keypair`; see `signedDoor` for what is refused. Port 0 takes a free one. */
export function serveSigned(
  options: ServeOptions & {
    /** The one scheme whose signatures are believed. */
    scheme?: Scheme;
  },
): Promise<SignedServer> {
  const gate = openGate(options, options);
  return listen(signedDoor(options, gate), options, { ...options, limits: gate.limits });
}

/**
 * A door for btauth/1. What fails is refused before any work, cheapest check first: headers (401), route (404),
 * size (413), admission of whom the headers name (403), all senders' rate (429), slow body (408), signature (401), the
 * sender's rate (429), replay (401), JSON and schema (400). Only then does a handler run. A 401 tells a code and no more.
 */
export function signedDoor(
  {
    keypair,
    routes,
    scheme = "sr25519",
    clock,
  }: Pick<ServeOptions, "keypair" | "routes" | "clock"> & { scheme?: Scheme },
  gate: Gate,
): Door {
  const { limits } = gate;
  const replays = openReplays(limits.nonces);
  return async (request, signal) => {
    const { method = "", url: target = "", headers } = request;
    const read = readClaims(headers, { receiver: keypair.address, scheme, nowMs: clock.now() });
    if (!read.ok) return refusal(401, read.code);
    const { claims } = read;
    const { sender } = claims;

    const found = findRoute(routes, method, target);
    if (!found) return refusal(404, "no-route");
    const { maxBytes } = found.route;
    if (Number(headers["content-length"] ?? 0) > maxBytes) return refusal(413, "too-large");
    if (!(await gate.admit(sender))) return refusal(403, "not-admitted"); // a stranger costs no check of a signature
    if (!gate.mayCheck()) return refusal(429, "too-many");
    const body = await readBody(request, { maxBytes, timeoutMs: limits.bodyMs });
    if (!body.ok) return body.code === "too-slow" ? refusal(408, body.code) : refusal(413, body.code);

    if (!verifyClaims(claims, { method, target, body: body.bytes }, scheme))
      return refusal(401, "bad-signature");
    if (!gate.mayAsk(sender)) return refusal(429, "too-many");
    const spent = spendNonce(claims, replays, clock.now());
    if (spent !== null) return refusal(spent === "busy" ? 503 : 401, spent);

    const { route, parameters } = found;
    return answerBy(route, { sender, body: body.bytes, parameters, signal }, gate);
  };
}
