import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { type Logger, TaoceptionError } from "../platform/index.ts";
import type { ServerLimits } from "./gate.ts";
import { type Reply, refusal } from "./route.ts";

/** Judges one request and answers it; a throw is told as 500. */
export type Door = (request: IncomingMessage, signal: AbortSignal) => Promise<Reply>;

export interface SignedServer {
  host: string;
  port: number;
  origin: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Where a server listens; port 0 takes a free one. */
export interface Place {
  host?: string;
  port?: number;
}

/** An HTTP server in front of a door: bounded heads, times and connections, and an end that waits for answers. */
export async function listen(
  door: Door,
  { host = "127.0.0.1", port = 0 }: Place,
  { limits, logger }: { limits: ServerLimits; logger: Logger },
): Promise<SignedServer> {
  const live = new Set<AbortController>();
  let closing: TaoceptionError | undefined;
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
      live.add(gone);
      if (closing) gone.abort(closing);
      response.once("close", () => {
        live.delete(gone);
        if (!response.writableFinished) gone.abort();
      });
      void door(request, gone.signal)
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
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new TaoceptionError("cannot-listen", `nothing can be served at ${host}:${port}`, {
      cause,
      mend: "choose another port, or end the program that holds this one",
    });
  }
  const { port: given } = server.address() as AddressInfo;
  return {
    host,
    port: given,
    origin: `http://${host.includes(":") ? `[${host}]` : host}:${given}`,
    [Symbol.asyncDispose]: async () => {
      closing = new TaoceptionError("closing", "the server closes");
      for (const one of live) one.abort(closing);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const hurry = setTimeout(() => server.closeAllConnections(), 2_000);
      await closed;
      clearTimeout(hurry);
    },
  };
}

async function send(reply: Reply, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (response.destroyed) {
    if ("stream" in reply) reply.stream.destroy();
    return;
  }
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
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
