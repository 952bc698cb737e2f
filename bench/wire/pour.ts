import { connect } from "node:net";

/**
 * Send requests over one connection that stays, each when the one before was answered; rejects at the first answer
 * that is not 200. It reads no more of HTTP than this needs, so that the client is the same small load for every server.
 */
export function pour(port: number, requests: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let at = 0;
    let held = "";
    const next = () => {
      const request = requests[at];
      if (request) socket.write(request);
      else {
        socket.destroy();
        resolve();
      }
    };
    socket.on("connect", next);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`closed after ${at} of ${requests.length} answers`)));
    socket.on("data", (chunk) => {
      held += chunk.toString("latin1");
      const head = held.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(held.slice(0, head))?.[1] ?? Number.NaN);
      if (!held.startsWith("HTTP/1.1 200 ") || Number.isNaN(length))
        return void socket.destroy(new Error(held.slice(0, 300)));
      if (held.length < head + 4 + length) return;
      held = "";
      at += 1;
      next();
    });
  });
}
