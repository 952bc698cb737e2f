import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A line to a server of this machine that can be cut. */
export interface Line {
  port: number;
  /** All connections end, and none is taken for a while. */
  cut(milliseconds: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openLine(port: number): Promise<Line> {
  const ends = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(port, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        ends.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  const all = () => {
    for (const end of ends) end.destroy();
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async cut(milliseconds) {
      isCut = true;
      all();
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      all();
      server.close();
      await once(server, "close");
    },
  };
}
