import { z } from "zod";

/** A method: it takes a request's `params`, whatever they are, and gives the result or throws an RpcError. */
export interface Method {
  answer(parameters: unknown): unknown;
}

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

/** Answer one JSON-RPC 2.0 request, whatever it is. Batches and notifications are not served. */
export function answerRpc(
  body: string,
  methods: ReadonlyMap<string, Method>,
  { onFailure }: { onFailure: (error: unknown) => void },
): object {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return failure(null, -32_700, "the body is not JSON");
  }
  const request = Request.safeParse(value);
  if (!request.success) {
    const id = Id.safeParse((value as { id?: unknown } | null)?.id);
    return failure(id.success ? id.data : null, -32_600, "not a JSON-RPC 2.0 request with an id");
  }
  const { id, method, params } = request.data;
  const found = methods.get(method);
  if (found === undefined) return failure(id, -32_601, `there is no method ${method}`);
  try {
    return { jsonrpc: "2.0", id, result: found.answer(params) };
  } catch (error) {
    if (error instanceof RpcError) return failure(id, error.code, error.message, error.data);
    onFailure(error);
    return failure(id, -32_603, "the chain failed at this request");
  }
}

/** A JSON-RPC error as it goes over the wire. */
export function failure(id: string | number | null, code: number, message: string, data?: string): object {
  return { jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } };
}
