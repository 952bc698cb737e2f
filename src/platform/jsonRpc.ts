import { z } from "zod";

/** A failure that the caller is told: a JSON-RPC code, what is wrong, and the failed check's name if there is one. */
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
  params: z.unknown().optional(),
});

/**
 * Answer one JSON-RPC 2.0 request, whatever it is, by what `call` gives or the RpcError that it throws. Batches and
 * notifications are not served.
 */
export function answerRpc(
  text: string,
  call: (method: string, parameters: unknown) => unknown,
  { onFailure }: { onFailure: (error: unknown) => void },
): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return rpcFailure(null, -32_700, "the request is not JSON");
  }
  const request = Request.safeParse(value);
  if (!request.success) {
    const id = Id.safeParse((value as { id?: unknown } | null)?.id);
    return rpcFailure(id.success ? id.data : null, -32_600, "not a JSON-RPC 2.0 request with an id");
  }
  const { id, method, params } = request.data;
  try {
    return { jsonrpc: "2.0", id, result: call(method, params) };
  } catch (error) {
    if (error instanceof RpcError) return rpcFailure(id, error.code, error.message, error.data);
    onFailure(error);
    return rpcFailure(id, -32_603, "this request failed here");
  }
}

/** A JSON-RPC error as it goes over the wire. */
export function rpcFailure(id: string | number | null, code: number, message: string, data?: string): object {
  return { jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } };
}
