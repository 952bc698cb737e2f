import { answerRpc, RpcError } from "../platform/index.ts";

/** A method: it takes a request's `params`, whatever they are, and gives the result or throws an RpcError. */
export interface Method {
  answer(parameters: unknown): unknown;
}

/** Answer one request by these methods. */
export function answerBy(
  body: string,
  methods: ReadonlyMap<string, Method>,
  ends: { onFailure: (error: unknown) => void },
): object {
  const call = (name: string, parameters: unknown) => {
    const found = methods.get(name);
    if (found === undefined) throw new RpcError(-32_601, `there is no method ${name}`);
    return found.answer(parameters);
  };
  return answerRpc(body, call, ends);
}
