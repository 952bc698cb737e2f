import { z } from "zod";
import { TaoceptionError } from "../platform/index.ts";

/** Who asks: notifications go to it, and end with it. */
export interface Peer {
  /**
   * Begin a subscription and give its id. `start` gets what sends a notification of this method, and gives what ends
   * it. What it sends at once comes after the answer.
   */
  subscribe(method: string, start: (notify: (result: unknown) => void, id: string) => () => void): string;
  /** Whether there was such a subscription. */
  unsubscribe(id: string): boolean;
}

/** A method: parameters as they came in, and who asks. Throws an RpcError. */
export type Method = (parameters: unknown, peer: Peer) => unknown;
export type Methods = Readonly<Record<string, Method>>;

/** A method with its parameters read by a schema. */
export function method<T>(schema: z.ZodType<T>, answer: (parameters: T, peer: Peer) => unknown): Method {
  return (parameters, peer) => {
    const read = schema.safeParse(parameters ?? []);
    if (!read.success)
      throw new RpcError(-32_602, z.prettifyError(read.error).replace(/\s+/g, " ").slice(0, 500));
    return answer(read.data, peer);
  };
}

/** A failure that the caller is told. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: string | undefined;
  constructor(code: number, message: string, data?: string) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

const Id = z.union([z.string().max(200), z.number(), z.null()]);
const Request = z.object({
  jsonrpc: z.literal("2.0"),
  id: Id,
  method: z.string().max(100),
  params: z.array(z.unknown()).nullish(),
});

/** Answer one JSON-RPC 2.0 request, whatever it is. Batches and notifications are not served. */
export function answerRpc(
  text: string,
  methods: Methods,
  { peer, onFailure }: { peer: Peer; onFailure: (error: unknown) => void },
): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return failure(null, -32_700, "the message is not JSON");
  }
  const request = Request.safeParse(value);
  if (!request.success) {
    const id = Id.safeParse((value as { id?: unknown } | null)?.id);
    return failure(id.success ? id.data : null, -32_600, "not a JSON-RPC 2.0 request with an id");
  }
  const { id, method: name, params } = request.data;
  const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
  // the very words by which clients know that they must do without it
  if (found === undefined) return failure(id, -32_601, "Method not found");
  try {
    return { jsonrpc: "2.0", id, result: found(params, peer) ?? null };
  } catch (error) {
    if (error instanceof RpcError) return failure(id, error.code, error.message, error.data);
    if (error instanceof TaoceptionError) return failure(id, 4_003, error.message, error.code);
    onFailure(error);
    return failure(id, -32_603, "the chain failed at this request");
  }
}

function failure(id: string | number | null, code: number, message: string, data?: string): object {
  return { jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } };
}
