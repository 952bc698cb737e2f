import { type IncomingMessage, request as requestOut, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Relayed } from "../contract.ts";
import type { Admitted, Gate } from "./relayGate.ts";

/** What the connections of one job share. */
export interface Traffic {
  admit: Gate;
  note(host: string, what: Partial<Omit<Relayed, "host">>): void;
  /** Bytes that may still come in, for all connections together. */
  left: { bytes: number };
  open: Set<Duplex>;
  /** Plain requests under way: one connection can hold any number of them, one behind the other. */
  asked: { requests: number };
}

const IDLE_MS = 120_000;
/** Requests under way and connections, each. */
export const AT_ONCE = 64;
const SPENT = "the job has had all the bytes that it may have";

/** CONNECT: a blind tunnel to a host of the allow-list. */
export async function tunnel(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  traffic: Traffic,
): Promise<void> {
  socket.on("error", () => socket.destroy());
  const asked = (request.url ?? "").slice(0, 300);
  const admitted = await admit(asked, traffic);
  if (socket.destroyed) return;
  if (!admitted.ok) {
    traffic.note(asked, { refused: 1 });
    socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nx-refused: ${admitted.reason}\r\n\r\n`);
    return;
  }
  const authority = admitted.name;
  const far = connect({ host: admitted.address, port: admitted.port });
  traffic.open.add(far);
  far.setTimeout(IDLE_MS, () => far.destroy());
  let through = false;
  far.once("error", () => {
    if (!through) socket.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
  });
  far.once("close", () => {
    traffic.open.delete(far);
    if (through) socket.destroy();
  });
  socket.once("close", () => far.destroy());
  far.once("connect", () => {
    through = true;
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
  if (traffic.asked.requests >= AT_ONCE) return refuse("too many requests at once");
  traffic.asked.requests += 1;
  const over = () => {
    traffic.asked.requests -= 1;
  };
  const admitted = await admit(authorityOf(url), traffic);
  const { socket } = request;
  if (!admitted.ok || socket.destroyed) {
    over();
    return admitted.ok ? undefined : refuse(admitted.reason);
  }
  const authority = admitted.name;
  traffic.note(authority, { requests: 1 });
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped.has(name)));
  const far = requestOut({
    host: admitted.address,
    port: admitted.port,
    method: request.method,
    path: url.pathname + url.search,
    headers: { ...headers, host: url.host },
    agent: false,
    timeout: IDLE_MS,
  });
  // of the connection, not of the response: one that waits behind another is told nothing when its client goes
  const gone = () => far.destroy();
  socket.once("close", gone);
  far.once("close", () => {
    socket.off("close", gone);
    over();
    if (!response.headersSent) response.destroy(); // it ended without an answer that can be passed on
  });
  far.on("timeout", gone);
  far.on("error", () => response.destroy());
  far.on("response", (answer) => {
    try {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
    } catch {
      return gone(); // a status or header that HTTP does not know
    }
    answer.on("data", (chunk: Buffer) => spend(authority, chunk.length, traffic));
    answer.on("error", () => response.destroy());
    answer.pipe(response);
  });
  far.end();
}

async function admit(authority: string, traffic: Traffic): Promise<Admitted> {
  if (traffic.left.bytes < 0) return { ok: false, reason: SPENT };
  return traffic.admit(authority).catch(() => ({ ok: false, reason: "not found" }));
}

/** What concerns one connection, and what announces a body, which no GET of ours has. */
const dropped = new Set([
  "host",
  "content-length",
  "expect",
  "connection",
  "proxy-connection",
  "keep-alive",
  "transfer-encoding",
  "te",
  "trailer",
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
