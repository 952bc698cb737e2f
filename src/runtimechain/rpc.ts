import { z } from "zod";
import { answerRpc, RpcError, TaoceptionError } from "../platform/index.ts";

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

/** Answer one request by these methods; what the node refuses is told with its code. */
export function answerBy(
  text: string,
  methods: Methods,
  { peer, onFailure }: { peer: Peer; onFailure: (error: unknown) => void },
): object {
  const call = (name: string, parameters: unknown) => {
    const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
    // the very words by which clients know that they must do without it
    if (found === undefined) throw new RpcError(-32_601, "Method not found");
    if (parameters !== undefined && parameters !== null && !Array.isArray(parameters))
      throw new RpcError(-32_602, "parameters are a list");
    try {
      return found(parameters, peer) ?? null;
    } catch (error) {
      if (error instanceof TaoceptionError) throw new RpcError(4_003, error.message, error.code);
      throw error;
    }
  };
  return answerRpc(text, call, { onFailure });
}
