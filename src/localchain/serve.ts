import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Logger, rpcFailure, TaoceptionError } from "../platform/index.ts";
import type { Page } from "./beaconPages.ts";
import { answerBy, type Method } from "./rpc.ts";

const HOST = "127.0.0.1";

export interface RpcLimits {
  /** Of a request's body. */
  bytes: number;
  /** How long a peer may take to send its request, in milliseconds. */
  requestMs: number;
  connections: number;
}

const usual: RpcLimits = { bytes: 256 * 1024, requestMs: 5_000, connections: 256 };

/**
 * Serve JSON-RPC over HTTP on loopback. A page in a browser of this machine is kept out: the host must be loopback
 * and the content JSON, which a page of another origin may not send unasked. `pages` answers what is asked with GET.
 */
export async function serveRpc(
  methods: ReadonlyMap<string, Method>,
  {
    port: wanted,
    logger,
    limits: given,
    pages = () => null,
  }: { port: number; logger: Logger; limits?: Partial<RpcLimits>; pages?: (path: string) => Page | null },
): Promise<{ port: number; [Symbol.asyncDispose](): Promise<void> }> {
  const limits = { ...usual, ...given };
  const onFailure = (error: unknown) => logger.error({ error }, "a request failed");

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    const refuse = (status: number, why: string) =>
      send(response, status, rpcFailure(null, -32_600, why), true);
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? ""))
      return refuse(403, "not a loopback host");
    const page = method === "GET" ? pages(request.url ?? "") : null;
    if (page !== null) return send(response, page.status, page.body);
    if (method !== "POST") return refuse(405, "requests are POSTed");
    if (!/^application\/json\b/i.test(headers["content-type"] ?? ""))
      return refuse(415, "the content is no JSON");
    const tooLarge = () => refuse(413, `the body is larger than ${limits.bytes} bytes`);
    if (Number(headers["content-length"] ?? 0) > limits.bytes) return tooLarge();
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of request) {
      size += chunk.length;
      if (size > limits.bytes) return tooLarge();
      chunks.push(chunk);
    }
    send(response, 200, answerBy(Buffer.concat(chunks).toString("utf8"), methods, { onFailure }));
  }

  const server = createServer(
    {
      maxHeaderSize: 8 * 1024,
      headersTimeout: limits.requestMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 500,
    },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        logger.debug({ error }, "a peer went away");
        response.destroy();
      });
    },
  );
  server.maxConnections = limits.connections;
  server.on("clientError", (_, socket) => socket.destroy());
  server.listen({ host: HOST, port: wanted });
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new TaoceptionError("cannot-listen", `the chain cannot be served at ${HOST}:${wanted}`, {
      cause,
      mend: "choose another port, or end the program that holds this one",
    });
  }
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const hurry = setTimeout(() => server.closeAllConnections(), 500);
      await closed;
      clearTimeout(hurry);
    },
  };
}

function send(response: ServerResponse, status: number, body: object, close = false): void {
  const bytes = Buffer.from(JSON.stringify(body));
  // what is left of a refused body would be taken for the next request
  if (close) response.setHeader("connection", "close");
  response.writeHead(status, { "content-type": "application/json", "content-length": bytes.length });
  response.end(bytes);
}
