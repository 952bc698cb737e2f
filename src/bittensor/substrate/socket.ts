import type { Socket } from "node:net";
import WebSocket from "ws";
import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";

/** An answer to one of our requests. What a node says unasked is passed over. */
const Answer = z.union([
  z.object({
    id: z.number(),
    error: z.object({ code: z.number(), message: z.string().max(10_000), data: z.unknown().optional() }),
  }),
  z.object({ id: z.number(), result: z.unknown() }),
]);

/** Ask a node; the answer is what the schema makes of it. */
export type Ask = <T>(method: string, parameters: unknown[], result: z.ZodType<T>) => Promise<T>;

/** What a node said instead of a result. */
export interface NodeRefusal {
  code: number;
  message: string;
  data: unknown;
}

export interface SocketLimits {
  /** For the handshake, and for each answer. */
  timeoutMs: number;
  /** Of one message. Metadata is the largest: about 1 MB as hex. */
  bytes: number;
  /** Requests under way. */
  requests: number;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * JSON-RPC 2.0 over WebSocket. It connects when something is asked, and anew when the connection was lost; a request
 * that was under way then is `chain-unreachable` (retryable), as is a node that is away, slow or says too much.
 * A node's error is `chain-refused` with a `NodeRefusal` as `cause`. An idle connection keeps no process alive.
 */
export function openSocket(
  url: string,
  { timeoutMs, bytes, requests, signal }: SocketLimits & { signal?: AbortSignal | undefined },
): Ask {
  const waiting = new Map<number, Waiting>();
  let line: { socket: WebSocket; open: Promise<Socket | undefined>; wire?: Socket } | undefined;
  let last = 0;
  signal?.addEventListener("abort", () => line?.socket.terminate(), { once: true });

  function connect(): NonNullable<typeof line> {
    const socket = new WebSocket(url, {
      maxPayload: bytes,
      perMessageDeflate: false, // a small message stays small
      handshakeTimeout: timeoutMs,
      followRedirects: false,
    });
    const opened = Promise.withResolvers<Socket | undefined>();
    opened.promise.catch(() => {});
    const made: NonNullable<typeof line> = { socket, open: opened.promise };
    let why: unknown;
    socket.on("upgrade", ({ socket: wire }) => {
      made.wire = wire;
    });
    socket.on("open", () => opened.resolve(made.wire));
    socket.on("message", (data) => hear(String(data), socket));
    socket.on("error", (error) => {
      why = error;
      socket.terminate();
    });
    socket.on("close", () => {
      if (line === made) line = undefined;
      const lost = away(url, why ?? new Error("the connection was closed"));
      opened.reject(lost);
      for (const { reject } of waiting.values()) reject(lost);
    });
    return made;
  }

  function hear(text: string, socket: WebSocket): void {
    let message: z.infer<typeof Answer>;
    try {
      message = Answer.parse(JSON.parse(text));
    } catch {
      if (!text.includes('"method"')) socket.terminate(); // neither an answer nor a notification
      return;
    }
    waiting.get(message.id)?.resolve(message);
  }

  return async (method, parameters, result) => {
    signal?.throwIfAborted();
    if (waiting.size >= requests) throw away(url, new Error(`${requests} requests are under way`));
    last += 1;
    const id = last;
    const answered = Promise.withResolvers<unknown>();
    answered.promise.catch(() => {});
    waiting.set(id, answered);
    const slow = setTimeout(() => {
      answered.reject(away(url, new Error(`no answer to ${method} in ${timeoutMs} ms`)));
      line?.socket.terminate(); // whatever it does, it does not answer
    }, timeoutMs);
    try {
      line ??= connect();
      const { socket, open } = line;
      (await open)?.ref();
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params: parameters }));
      const message = (await answered.promise) as z.infer<typeof Answer>;
      if ("error" in message) throw refused(method, message.error);
      const value = result.safeParse(message.result);
      if (value.success) return value.data;
      throw new TaoceptionError("chain-unreadable", `the chain's answer to ${method} is not understood`, {
        cause: value.error,
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(slow);
      waiting.delete(id);
      if (waiting.size === 0) line?.wire?.unref();
    }
  };
}

/** The node's refusal, if that is what an error is. */
export function refusalOf(error: unknown): NodeRefusal | undefined {
  const isRefusal = error instanceof TaoceptionError && error.code === "chain-refused";
  return isRefusal && typeof error.cause === "object" ? (error.cause as NodeRefusal) : undefined;
}

function refused(method: string, { code, message, data }: { code: number; message: string; data?: unknown }) {
  const cause: NodeRefusal = { code, message, data };
  return new TaoceptionError(
    "chain-refused",
    `the chain refused ${method} (${code}): ${message.slice(0, 300)}`,
    {
      cause,
    },
  );
}

function away(url: string, cause: unknown): TaoceptionError {
  return new TaoceptionError("chain-unreachable", `no chain answers at ${url}`, {
    cause,
    retryable: true,
    mend: "start the chain, or give the address of one that runs",
  });
}
