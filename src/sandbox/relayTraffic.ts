import { type IncomingMessage, request as requestOut, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Relayed } from "./contract.ts";
import type { Gate } from "./relayGate.ts";

/** What the connections of one job share. */
export interface Traffic {
  admit: Gate;
  note(host: string, what: Partial<Omit<Relayed, "host">>): void;
  /** Bytes that may still come in, for all connections together. */
  left: { bytes: number };
  open: Set<Duplex>;
}

const IDLE_MS = 120_000;

/** CONNECT: a blind tunnel to a host of the allow-list. */
export async function tunnel(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  traffic: Traffic,
): Promise<void> {
  socket.on("error", () => socket.destroy());
  const authority = (request.url ?? "").slice(0, 300);
  const admitted = await traffic.admit(authority).catch(() => ({ ok: false as const, reason: "not found" }));
  if (!admitted.ok) {
    traffic.note(authority, { refused: 1 });
    socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nx-refused: ${admitted.reason}\r\n\r\n`);
    return;
  }
  const far = connect({ host: admitted.address, port: admitted.port });
  traffic.open.add(far);
  far.setTimeout(IDLE_MS, () => far.destroy());
  far.once("error", () => socket.destroy());
  far.once("close", () => {
    traffic.open.delete(far);
    socket.destroy();
  });
  socket.once("close", () => far.destroy());
  far.once("connect", () => {
    traffic.note(authority, { requests: 1 });
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    if (head.length > 0) far.write(head);
    far.on("data", (chunk: Buffer) => spend(authority, chunk.length, traffic));
    far.pipe(socket);
    socket.pipe(far);
  });
}

/** A plain `GET http://host/path`: the same allow-list, for an index without TLS. Nothing but reading. */
export async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  traffic: Traffic,
): Promise<void> {
  const url = URL.parse(request.url ?? "");
  const refuse = (reason: string) => {
    traffic.note(url ? authorityOf(url) : "?", { refused: 1 });
    response.writeHead(403, { "content-length": 0, "x-refused": reason, connection: "close" }).end();
  };
  if (url?.protocol !== "http:" || (request.method !== "GET" && request.method !== "HEAD"))
    return refuse("only GET of an http address");
  const authority = authorityOf(url);
  const admitted = await traffic.admit(authority).catch(() => ({ ok: false as const, reason: "not found" }));
  if (!admitted.ok) return refuse(admitted.reason);
  traffic.note(authority, { requests: 1 });
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !hopByHop.has(name)));
  const far = requestOut({
    host: admitted.address,
    port: admitted.port,
    method: request.method,
    path: url.pathname + url.search,
    headers: { ...headers, host: url.host },
    agent: false,
    timeout: IDLE_MS,
  });
  far.on("timeout", () => far.destroy());
  far.on("error", () => response.destroy());
  response.once("close", () => far.destroy());
  far.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on("data", (chunk: Buffer) => spend(authority, chunk.length, traffic));
    answer.on("error", () => response.destroy());
    answer.pipe(response);
  });
  far.end();
}

const hopByHop = new Set([
  "host",
  "connection",
  "proxy-connection",
  "keep-alive",
  "transfer-encoding",
  "te",
  "upgrade",
]);

function authorityOf(url: URL): string {
  return `${url.hostname}:${url.port || "80"}`.slice(0, 300);
}

function spend(authority: string, bytes: number, traffic: Traffic): void {
  traffic.note(authority, { bytes });
  traffic.left.bytes -= bytes;
  if (traffic.left.bytes < 0) for (const socket of traffic.open) socket.destroy();
}
