import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { type Clock, type Logger, TaoceptionError } from "../platform/index.ts";
import { readClaims, spendNonce, verifyClaims } from "./btauth.ts";
import type { Keypair, Scheme } from "./keys.ts";
import { openRate } from "./rates.ts";
import { readBody } from "./readBody.ts";
import { openReplays } from "./replays.ts";
import { matchPath, type Reply, type Route } from "./route.ts";

export interface ServerLimits {
  /** Requests a second whose signature is checked, all senders together. */
  perSecond: number;
  /** Requests a second from one authenticated sender. */
  perSenderPerSecond: number;
  /** How long a peer may take to send a body, in milliseconds. */
  bodyMs: number;
  /** How long a handler may take, in milliseconds. */
  handlerMs: number;
  connections: number;
  /** Nonces remembered at once. */
  nonces: number;
}

const usual: ServerLimits = {
  perSecond: 200,
  perSenderPerSecond: 50,
  bodyMs: 5_000,
  handlerMs: 60_000,
  connections: 256,
  nonces: 100_000,
};

export interface SignedServer {
  host: string;
  port: number;
  origin: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Serve btauth/1 requests that are bound to `keypair`. What fails is refused before any work, cheapest check first:
 * headers (401), route (404), size (413), all senders' rate (429), slow body (408), signature (401),
 * admission (403), the sender's rate (429), replay (401), JSON and schema (400). Only then does a handler run.
 * A 401 tells a code and no more. Port 0 takes a free one.
 */
export async function serveSigned(options: {
  keypair: Keypair;
  host?: string;
  port?: number;
  routes: readonly Route[];
  /** Whether an authenticated hotkey is welcome. */
  admit: (hotkey: string) => boolean | Promise<boolean>;
  /** The one scheme whose signatures are believed. */
  scheme?: Scheme;
  limits?: Partial<ServerLimits>;
  clock: Clock;
  logger: Logger;
}): Promise<SignedServer> {
  const { keypair, host = "127.0.0.1", routes, admit, scheme = "sr25519", clock, logger } = options;
  const limits = { ...usual, ...options.limits };
  const replays = openReplays(limits.nonces);
  const total = openRate(limits.perSecond, { clock });
  const perSender = openRate(limits.perSenderPerSecond, { clock });
  const closing = new AbortController();

  async function answer(request: IncomingMessage, signal: AbortSignal): Promise<Reply> {
    const { method = "", url: target = "", headers } = request;
    const read = readClaims(headers, { receiver: keypair.address, scheme, nowMs: clock.now() });
    if (!read.ok) return refusal(401, read.code);
    const { claims } = read;

    const found = routes
      .map((candidate) => ({ route: candidate, parameters: matchPath(candidate.path, target) }))
      .find(({ route, parameters }) => parameters !== null && route.method === method);
    if (!found?.parameters) return refusal(404, "no-route");

    if (Number(headers["content-length"] ?? 0) > found.route.maxBytes) return refusal(413, "too-large");
    if (!total("all")) return refusal(429, "too-many");
    const body = await readBody(request, { maxBytes: found.route.maxBytes, timeoutMs: limits.bodyMs });
    if (!body.ok) return body.code === "too-slow" ? refusal(408, body.code) : refusal(413, body.code);

    if (!verifyClaims(claims, { method, target, body: body.bytes }, scheme))
      return refusal(401, "bad-signature");
    if (!(await admit(claims.sender))) return refusal(403, "not-admitted");
    if (!perSender(claims.sender)) return refusal(429, "too-many");
    const spent = spendNonce(claims, replays, clock.now());
    if (spent !== null) return refusal(spent === "busy" ? 503 : 401, spent);

    const { sender } = claims;
    const handled = found.route.answer({ sender, body: body.bytes, parameters: found.parameters, signal });
    const reply = await within(handled, limits.handlerMs);
    if (reply === null) return refusal(503, "too-slow");
    return "refused" in reply ? { status: 400, json: { error: "bad-body", detail: reply.refused } } : reply;
  }

  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 5_000,
      requestTimeout: limits.bodyMs + 5_000,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      const signal = AbortSignal.any([gone.signal, closing.signal]);
      void answer(request, signal)
        .catch((error: unknown): Reply => {
          logger.error({ error, target: request.url }, "a handler failed");
          return refusal(500, "internal");
        })
        .then((reply) => send(reply, request, response))
        .catch((error: unknown) => {
          logger.debug({ error }, "a peer went away");
          response.destroy();
        });
    },
  );
  server.maxConnections = limits.connections;
  server.on("clientError", (_, socket) => socket.destroy());
  server.listen({ host, port: options.port ?? 0 });
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new TaoceptionError("cannot-listen", `nothing can be served at ${host}:${options.port ?? 0}`, {
      cause,
      mend: "choose another port, or end the program that holds this one",
    });
  }
  const { port } = server.address() as AddressInfo;
  return {
    host,
    port,
    origin: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    [Symbol.asyncDispose]: async () => {
      closing.abort(new TaoceptionError("closing", "the server closes"));
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const hurry = setTimeout(() => server.closeAllConnections(), 2_000);
      await closed;
      clearTimeout(hurry);
    },
  };
}

function refusal(status: number, error: string): Reply {
  return { status, json: { error } };
}

async function within<T>(work: Promise<T>, milliseconds: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, milliseconds, null);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function send(reply: Reply, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (response.destroyed) {
    if ("stream" in reply) reply.stream.destroy();
    return;
  }
  response.statusCode = reply.status;
  // a body that was not read to its end would be taken for the next request: close after the answer
  if (!request.complete) {
    response.setHeader("connection", "close");
    response.once("finish", () => linger(request));
  }
  if ("stream" in reply) {
    response.setHeader("content-type", "application/octet-stream");
    await pipeline(reply.stream, response);
    return;
  }
  const bytes = "json" in reply ? Buffer.from(JSON.stringify(reply.json)) : reply.bytes;
  response.setHeader("content-type", "json" in reply ? "application/json" : "application/octet-stream");
  response.setHeader("content-length", bytes.length);
  response.end(bytes);
}

/** Let the peer read its refusal while it still sends, but for half a second or a megabyte at most. */
function linger(request: IncomingMessage): void {
  let size = 0;
  const end = () => {
    clearTimeout(timer);
    request.socket.destroy();
  };
  const timer = setTimeout(end, 500);
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > 1024 * 1024) end();
  });
  request.once("close", () => clearTimeout(timer));
  request.resume();
}
