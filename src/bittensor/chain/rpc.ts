import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";

/** A JSON-RPC error of the chain: codes below -32000 are the protocol's own, `data` names a failed check. */
const Answer = z.union([
  z.object({ jsonrpc: z.literal("2.0"), result: z.unknown() }),
  z.object({
    jsonrpc: z.literal("2.0"),
    error: z.object({ code: z.number(), message: z.string().max(1000), data: z.unknown().optional() }),
  }),
]);

/** Substrate's code for "no room in the pool now". */
const NO_ROOM = 1_016;

export type Ask = <T>(method: string, parameters: unknown, result: z.ZodType<T>) => Promise<T>;

/** JSON-RPC over HTTP. A node that is away is `chain-unreachable` (retryable); one that says no, `chain-refused`. */
export function openRpc(
  url: string,
  { timeoutMs, maxBytes, signal }: { timeoutMs: number; maxBytes: number; signal?: AbortSignal | undefined },
): Ask {
  let id = 0;
  return async (method, parameters, result) => {
    signal?.throwIfAborted();
    id += 1;
    const parsed = Answer.safeParse(await exchange({ jsonrpc: "2.0", id, method, params: parameters }));
    if (!parsed.success) throw unreadable(method);
    if ("error" in parsed.data) {
      const { code, message, data } = parsed.data.error;
      throw new TaoceptionError("chain-refused", `the chain refused ${method} (${code}): ${message}`, {
        cause: typeof data === "string" ? data : undefined,
        retryable: code === NO_ROOM,
      });
    }
    const value = result.safeParse(parsed.data.result);
    if (!value.success) throw unreadable(method, value.error);
    return value.data;
  };

  async function exchange(body: unknown): Promise<unknown> {
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        redirect: "error",
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of response.body ?? []) {
        size += chunk.length;
        if (size > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
        chunks.push(chunk);
      }
      return JSON.parse(Buffer.concat(chunks).toString("utf8"));
    } catch (cause) {
      signal?.throwIfAborted();
      throw new TaoceptionError("chain-unreachable", `no chain answers at ${url}`, {
        cause,
        retryable: true,
        mend: "start the chain, or give the address of one that runs",
      });
    }
  }
}

function unreadable(method: string, cause?: unknown): TaoceptionError {
  return new TaoceptionError("chain-unreadable", `the chain's answer to ${method} is not understood`, {
    cause,
  });
}
