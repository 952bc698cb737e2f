import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { type Logger, RpcError, TaoceptionError } from "../platform/index.ts";
import { answerBy, type Methods, type Peer } from "./rpc.ts";

const HOST = "127.0.0.1";
const PING_MS = 30_000;

export interface WireLimits {
  /** Of a message that comes in. A runtime upgrade is one. */
  bytes: number;
  connections: number;
  /** Of one connection. */
  subscriptions: number;
  /** Bytes that a peer may leave unread before it is dropped. */
  unread: number;
}

const usual: WireLimits = {
  bytes: 16 * 1024 * 1024,
  connections: 64,
  subscriptions: 1_024,
  unread: 64 * 1024 * 1024,
};

/**
 * Serve JSON-RPC over WebSocket on loopback. Pages in a browser of this machine are kept out, save those that this
 * machine serves: both host and origin must be loopback.
 */
export async function serveWire(
  methods: Methods,
  { port: wanted, logger, limits: given }: { port: number; logger: Logger; limits?: Partial<WireLimits> },
): Promise<{ port: number; [Symbol.asyncDispose](): Promise<void> }> {
  const limits = { ...usual, ...given };
  const server = createServer(
    { maxHeaderSize: 8 * 1024, headersTimeout: 5_000, requestTimeout: 5_000 },
    (_, response) => response.writeHead(426, { upgrade: "websocket" }).end(),
  );
  server.maxConnections = limits.connections;
  const sockets = new WebSocketServer({
    server,
    maxPayload: limits.bytes,
    perMessageDeflate: false,
    verifyClient: ({ req, origin }: { req: IncomingMessage; origin?: string }) =>
      isLoopback(req.headers.host ?? "") && (!origin || isLoopback(origin.replace(/^https?:\/\//, ""))),
  });
  sockets.on("error", () => {}); // the server's own; `listen` tells of them
  sockets.on("connection", (socket) => attend(socket, { methods, logger, limits }));
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
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function isLoopback(host: string): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
}

/** One connection, from its first message to its end. */
function attend(
  socket: WebSocket,
  { methods, logger, limits }: { methods: Methods; logger: Logger; limits: WireLimits },
): void {
  const subscriptions = new Map<string, () => void>();
  const onFailure = (error: unknown) => logger.error({ error }, "a request failed");
  let held: string[] | undefined;
  let made = 0;
  function send(text: string): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > limits.unread) socket.terminate();
    else socket.send(text);
  }
  const peer: Peer = {
    subscribe(method, start) {
      if (subscriptions.size >= limits.subscriptions) throw new RpcError(-32_000, "too many subscriptions");
      made += 1;
      const id = `s${made}`;
      const notify = (result: unknown) => {
        const text = JSON.stringify({ jsonrpc: "2.0", method, params: { subscription: id, result } });
        if (held) held.push(text);
        else send(text);
      };
      subscriptions.set(id, start(notify, id));
      return id;
    },
    unsubscribe(id) {
      subscriptions.get(id)?.();
      return subscriptions.delete(id);
    },
  };
  socket.on("message", (data, isBinary) => {
    if (isBinary) return socket.close(1003, "text only");
    held = [];
    const answer = answerBy(String(data), methods, { peer, onFailure });
    const after = held;
    held = undefined;
    send(JSON.stringify(answer));
    for (const text of after) send(text);
  });
  let alive = true;
  socket.on("pong", () => {
    alive = true;
  });
  const pinging = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, PING_MS);
  pinging.unref();
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    clearInterval(pinging);
    for (const stop of subscriptions.values()) stop();
    subscriptions.clear();
  });
}
