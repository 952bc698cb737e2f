import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** What a sample node says to a method: a result, an error (it has a `code`), or a text that is sent as it is. */
export type Says = Record<string, (parameters: unknown[], socket: WebSocket) => unknown>;

/** A node for tests that answers as it is told; `undefined` is no answer. */
export async function openSampleNode(
  says: Says,
  port = 0,
): Promise<{ url: string; port: number; asked: string[]; [Symbol.asyncDispose](): Promise<void> }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port });
  const asked: string[] = [];
  await once(server, "listening");
  server.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("message", (data) => {
      const { id, method, params } = JSON.parse(String(data));
      asked.push(method);
      const answer = says[method]?.(params, socket);
      if (answer === undefined) return;
      if (typeof answer === "object" && answer !== null && "raw" in answer)
        return socket.send(String(answer.raw));
      const isError = typeof answer === "object" && answer !== null && "code" in answer;
      socket.send(
        JSON.stringify({ jsonrpc: "2.0", id, ...(isError ? { error: answer } : { result: answer }) }),
      );
    });
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${taken}`,
    port: taken,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
