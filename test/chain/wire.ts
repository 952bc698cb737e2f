import { once } from "node:events";

// biome-ignore lint/suspicious/noExplicitAny: what a node tells is looked at by tests, which then fail
type Told = any;

/** A JSON-RPC client over WebSocket that keeps what it is told. */
export interface Wire {
  /** The result; an error of the node is thrown as `code: message`. */
  ask(method: string, ...params: unknown[]): Promise<Told>;
  /** Send any text, and hear the answer. */
  say(text: string): Promise<Told>;
  /** The next notification of a subscription that is for us; waits for it. */
  told(subscription: string): Promise<Told>;
  /** How many came that nobody has waited for. */
  untold(subscription: string): number;
  closed: Promise<unknown>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openWire(url: string): Promise<Wire> {
  const socket = new WebSocket(url);
  const closed = once(socket, "close");
  const answers: ((message: Told) => void)[] = [];
  const notes = new Map<string, { kept: unknown[]; waits: ((note: unknown) => void)[] }>();
  const notesOf = (id: string) => {
    const found = notes.get(id) ?? { kept: [], waits: [] };
    notes.set(id, found);
    return found;
  };
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    if (message.params === undefined) return answers.shift()?.(message);
    const { kept, waits } = notesOf(message.params.subscription);
    const wait = waits.shift();
    if (wait) wait(message.params.result);
    else kept.push(message.params.result);
  });
  await once(socket, "open");
  const say = (text: string) =>
    new Promise<Told>((resolve) => {
      answers.push(resolve);
      socket.send(text);
    });
  return {
    say,
    closed,
    untold: (id) => notesOf(id).kept.length,
    async ask(method, ...params) {
      const { result, error } = await say(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
      if (error) throw new Error(`${error.code}: ${error.message}${error.data ? `: ${error.data}` : ""}`);
      return result;
    },
    told(id) {
      const { kept, waits } = notesOf(id);
      if (kept.length > 0) return Promise.resolve(kept.shift());
      return new Promise((resolve) => waits.push(resolve));
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await closed;
    },
  };
}
