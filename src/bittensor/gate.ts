import type { Clock } from "../platform/index.ts";
import { openRate } from "./rates.ts";
import { matchPath, type Received, type Reply, type Route, refusal } from "./route.ts";

export interface ServerLimits {
  /** Requests a second whose signature is checked, all senders together. */
  perSecond: number;
  /** Requests a second from one authenticated sender. */
  perSenderPerSecond: number;
  /** How long a peer may take to send a body, in milliseconds. */
  bodyMs: number;
  /** How long a handler may take, in milliseconds. */
  handlerMs: number;
  connections: number;
  /** Nonces remembered at once. */
  nonces: number;
}

const usual: ServerLimits = {
  perSecond: 200,
  perSenderPerSecond: 50,
  bodyMs: 5_000,
  handlerMs: 60_000,
  connections: 256,
  nonces: 100_000,
};

/** Whether an authenticated hotkey is welcome. */
export type Admit = (hotkey: string) => boolean | Promise<boolean>;

/** What all doors of one server share, so that nobody gets more by knocking at two. */
export interface Gate {
  limits: ServerLimits;
  admit: Admit;
  /** Whether one more signature may be checked now. */
  mayCheck(): boolean;
  /** Whether this authenticated sender may ask once more now. */
  mayAsk(sender: string): boolean;
}

export function openGate(
  { admit, limits: given }: { admit: Admit; limits?: Partial<ServerLimits> | undefined },
  { clock }: { clock: Clock },
): Gate {
  const limits = { ...usual, ...given };
  const total = openRate(limits.perSecond, { clock });
  const perSender = openRate(limits.perSenderPerSecond, { clock });
  return { limits, admit, mayCheck: () => total("all"), mayAsk: perSender };
}

/** The route of a method and target (path and query), with what its `:name` parts stand for. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  target: string,
): { route: Route; parameters: Record<string, string> } | null {
  for (const route of routes) {
    const parameters = route.method === method ? matchPath(route.path, target) : null;
    if (parameters !== null) return { route, parameters };
  }
  return null;
}

/** What a route answers to an authenticated request, in time: else 503; 400 to what does not fit its schema. */
export async function answerBy(
  route: Route,
  received: Received<Uint8Array>,
  { limits }: Pick<Gate, "limits">,
): Promise<Reply> {
  const reply = await within(route.answer(received), limits.handlerMs);
  if (reply === null) return refusal(503, "too-slow");
  return "refused" in reply ? { status: 400, json: { error: "bad-body", detail: reply.refused } } : reply;
}

async function within<T>(work: Promise<T>, milliseconds: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, milliseconds, null);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
