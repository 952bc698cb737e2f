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
  resolve(message: z.infer<typeof Answer>): void;
  reject(error: unknown): void;
}
/** One connection, from its beginning to its end. */
interface Line {
  readonly waiting: Map<number, Waiting>;
  /** The request's text goes out once the connection is there. */
  send(text: string): void;
  /** Whether it keeps the process alive. */
  hold(isHeld: boolean): void;
  /** Its end, at once, whatever the node does: those that wait on it are told. */
  end(why: unknown): void;
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
  let line: Line | undefined;
  let last = 0;
  signal?.addEventListener("abort", () => line?.end(signal.reason), { once: true });

  function connect(): Line {
    const socket = new WebSocket(url, {
      maxPayload: bytes,
      perMessageDeflate: false, // a small message stays small
      handshakeTimeout: timeoutMs,
      followRedirects: false,
    });
    const waiting: Line["waiting"] = new Map();
    const queue: string[] = [];
    let wire: Socket | undefined;
    let isHeld = true;
    const made: Line = {
      waiting,
      send: (text) => (socket.readyState === WebSocket.OPEN ? socket.send(text) : queue.push(text)),
      hold(wanted) {
        isHeld = wanted;
        if (isHeld) wire?.ref();
        else wire?.unref();
      },
      end(why) {
        if (line === made) line = undefined;
        for (const { reject } of waiting.values()) reject(away(url, why));
        waiting.clear();
        socket.terminate();
      },
    };
    socket.on("upgrade", (response) => {
      wire = response.socket;
      made.hold(isHeld);
    });
    socket.on("open", () => {
      for (const text of queue.splice(0)) socket.send(text);
    });
    socket.on("message", (data) => {
      const message = understood(String(data));
      if (message === undefined) made.end(new Error("it says what is neither an answer nor a notification"));
      else if (message !== "a notification") waiting.get(message.id)?.resolve(message);
    });
    socket.on("error", made.end);
    socket.on("close", () => made.end(new Error("the connection was closed")));
    return made;
  }

  return async (method, parameters, result) => {
    signal?.throwIfAborted();
    line ??= connect();
    const used = line;
    const { waiting } = used;
    if (waiting.size >= requests) throw away(url, new Error(`${requests} requests are under way`));
    last += 1;
    const id = last;
    const answered = Promise.withResolvers<z.infer<typeof Answer>>();
    waiting.set(id, answered);
    // whatever it does, it does not answer
    const slow = () => used.end(new Error(`no answer to ${method} in ${timeoutMs} ms`));
    const timer = setTimeout(slow, timeoutMs);
    try {
      used.hold(true);
      used.send(JSON.stringify({ jsonrpc: "2.0", id, method, params: parameters }));
      const message = await answered.promise;
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
      clearTimeout(timer);
      waiting.delete(id);
      if (waiting.size === 0) used.hold(false);
    }
  };
}

/** An answer, or a notification, which is passed over; `undefined` for anything else. */
function understood(text: string): z.infer<typeof Answer> | "a notification" | undefined {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message === "object" && message !== null && "method" in message) return "a notification";
    return Answer.parse(message);
  } catch {
    return undefined;
  }
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
      retryable: isBusy(message),
    },
  );
}

/** Whether a node's words mean that it was asked too often; public ones take about one request a second. */
export function isBusy(message: string): boolean {
  return /rate.?limit|too many|too busy/i.test(message);
}

function away(url: string, cause: unknown): TaoceptionError {
  return new TaoceptionError("chain-unreachable", `no chain answers at ${url}`, {
    cause,
    retryable: true,
    mend: "start the chain, or give the address of one that runs",
  });
}
