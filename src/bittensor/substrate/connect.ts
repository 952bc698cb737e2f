import type { PolkadotClient } from "polkadot-api";
import { explain, TaoceptionError } from "../../platform/index.ts";

/** What a node's runtime offers, by the names of its own metadata: what there is, is known only once it is asked. */
// biome-ignore lint/suspicious/noExplicitAny: a runtime's types are data; every answer goes through a schema
export type Runtime = any;

export interface Connection {
  client: PolkadotClient;
  runtime: Runtime;
}

/** How long a node may take to answer a question, in milliseconds. */
const ANSWER_MS = 30_000;

/**
 * A lasting connection to a Substrate node over WebSocket. The client comes with its first use: nobody else pays for it. It
 * connects again by itself when the socket goes, follows finalised blocks, and reads metadata anew where a block brings
 * another runtime.
 */
export function openConnection(url: string, signal: AbortSignal | undefined): () => Promise<Connection> {
  let opened: Promise<Connection> | undefined;
  const open = async (): Promise<Connection> => {
    const [{ createClient }, { getWsProvider }] = await Promise.all([
      import("polkadot-api"),
      import("polkadot-api/ws"),
    ]);
    const client = createClient(getWsProvider(url));
    signal?.addEventListener("abort", () => client.destroy(), { once: true });
    return { client, runtime: client.getUnsafeApi() };
  };
  return () => {
    signal?.throwIfAborted();
    opened ??= open();
    return opened;
  };
}

/** Ask a node. Retryable `chain-unreachable` where no answer comes, `chain-lacks` where its runtime has no such thing. */
export async function asked<T>(what: string, url: string, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ANSWER_MS / 1000} s`)), ANSWER_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (cause) {
    if (cause instanceof TaoceptionError) throw cause;
    if (isLacking(cause)) throw lacks(what, cause);
    throw new TaoceptionError("chain-unreachable", `${what} cannot be read from ${url}: ${explain(cause)}`, {
      cause,
      retryable: true,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a call failed because the runtime does not have it. */
export const isLacking = (error: unknown) =>
  error instanceof Error && /^Runtime entry .* not found/.test(error.message);

export const lacks = (what: string, cause?: unknown) =>
  new TaoceptionError("chain-lacks", `this chain's runtime has no ${what}`, { cause });
