import type { Readable } from "node:stream";
import { z } from "zod";

/** What a handler answers. `bytes` and `stream` go out as they are, never compressed. */
export type Reply = { status: number; headers?: Readonly<Record<string, string>> } & (
  | { json: unknown }
  | { bytes: Uint8Array }
  | { stream: Readable }
);

/** A refusal: a status and a code, no more. */
export function refusal(status: number, error: string): Reply {
  return { status, json: { error } };
}

/** A request that was authenticated, admitted and parsed. */
export interface Received<Body> {
  /** The hotkey that signed it. */
  sender: string;
  body: Body;
  /** The path's `:name` parts, percent-decoded. */
  parameters: Readonly<Record<string, string>>;
  /** Aborted when the peer goes away or the server closes. */
  signal: AbortSignal;
}

/** One thing that a neuron answers: built by `route`. */
export interface Route {
  method: string;
  path: string;
  maxBytes: number;
  /** Null when the body does not fit the route's schema, with the reason. */
  answer(request: Received<Uint8Array>): Promise<Reply | { refused: string }>;
}

/**
 * A route. `path` is made of plain parts and `:name` parts; `maxBytes` bounds the body, which must be JSON that fits
 * `body`, or empty where `body` is left out.
 */
export function route<Body = undefined>(definition: {
  method: "GET" | "POST";
  path: string;
  maxBytes?: number;
  body?: z.ZodType<Body>;
  handle(request: Received<Body>): Promise<Reply> | Reply;
}): Route {
  const { method, path, body, handle } = definition;
  return {
    method,
    path,
    maxBytes: body ? (definition.maxBytes ?? 64 * 1024) : 0,
    answer: async (request) => {
      if (!body) return handle({ ...request, body: undefined as Body });
      const value = parseJson(request.body);
      if (value === undefined) return { refused: "not JSON" };
      const parsed = body.safeParse(value.json);
      if (!parsed.success) return { refused: z.prettifyError(parsed.error).slice(0, 500) };
      return handle({ ...request, body: parsed.data });
    },
  };
}

/** The path parameters when `target` (path and query) fits the route's pattern, else null. */
export function matchPath(pattern: string, target: string): Record<string, string> | null {
  const [path = ""] = target.split("?", 1);
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const text = given[at] ?? "";
    if (!part.startsWith(":")) {
      if (part !== text) return null;
      continue;
    }
    try {
      parameters[part.slice(1)] = decodeURIComponent(text);
    } catch {
      return null;
    }
    if (text === "") return null;
  }
  return parameters;
}

function parseJson(bytes: Uint8Array): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}
