import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import WebSocketClient from "ws";
import { silentLogger } from "../../src/platform/index.ts";
import { sampleRuntime } from "../../src/runtime/sampleRuntime.ts";
import { type RuntimeChain, startRuntimeChain } from "../../src/runtimechain/index.ts";
import { openWire } from "./wire.ts";

let chain: RuntimeChain;
beforeEach(async () => {
  chain = await startRuntimeChain({ runtime: sampleRuntime, blockMs: 0, logger: silentLogger });
});
afterEach(() => chain[Symbol.asyncDispose]());

test.each([
  [{ origin: "https://somewhere.example" }, 401],
  [{ headers: { host: "somewhere.example" } }, 401],
  [{ origin: "http://127.0.0.1.somewhere.example" }, 401],
])("a page of another origin or host is kept out: %j", async (options, status) => {
  const socket = new WebSocketClient(chain.url, options);
  socket.on("error", () => {});
  const [, response] = await once(socket, "unexpected-response");
  expect(response.statusCode).toBe(status);
  const own = new WebSocketClient(chain.url, { origin: "http://localhost:3000" });
  await once(own, "open");
  own.terminate();
});

test("a message that is too large ends its connection, and no other", async () => {
  await using other = await openWire(chain.url);
  void other.say("x".repeat(17 * 1024 * 1024));
  await other.closed;
  await using another = await openWire(chain.url);
  expect(await another.ask("system_name")).toBe("taoception");
});

test("blocks come by themselves, and end with the chain", async () => {
  await using running = await startRuntimeChain({
    runtime: sampleRuntime,
    blockMs: 20,
    logger: silentLogger,
  });
  const listener = await openWire(running.url);
  const heads = await listener.ask("chain_subscribeNewHeads");
  let last = Number((await listener.told(heads)).number);
  for (let blocks = 0; blocks < 3; blocks += 1) {
    const { number } = await listener.told(heads);
    expect(Number(number)).toBe(last + 1);
    last += 1;
  }
  await running[Symbol.asyncDispose]();
  await listener.closed;
  await expect(running.ended).resolves.toBeUndefined();
});

test("a port that is taken is told, and so is what is no chain", async () => {
  await expect(startRuntimeChain({ runtime: sampleRuntime, port: chain.port })).rejects.toMatchObject({
    code: "cannot-listen",
  });
  await expect(startRuntimeChain({ runtime: Buffer.from("{}") })).rejects.toMatchObject({ code: "bad-spec" });
});

test("an answer comes before what its subscription tells", async () => {
  const socket = new WebSocket(chain.url);
  const heard: string[] = [];
  await once(socket, "open");
  const both = new Promise<void>((resolve) =>
    socket.addEventListener("message", ({ data }) => {
      heard.push(JSON.parse(data).method ?? "the answer");
      if (heard.length === 2) resolve();
    }),
  );
  socket.send('{"jsonrpc":"2.0","id":1,"method":"chain_subscribeNewHeads","params":[]}');
  await both;
  expect(heard).toEqual(["the answer", "chain_newHead"]);
  socket.close();
});

test("a connection has its share of subscriptions, and what it ends makes room", async () => {
  const limits = { subscriptions: 2 };
  await using small = await startRuntimeChain({
    runtime: sampleRuntime,
    blockMs: 0,
    logger: silentLogger,
    limits,
  });
  await using wire = await openWire(small.url);
  const [first] = [await wire.ask("chain_subscribeNewHeads"), await wire.ask("chain_subscribeNewHeads")];
  await expect(wire.ask("chain_subscribeNewHeads")).rejects.toThrow("-32000: too many subscriptions");
  await wire.ask("chain_unsubscribeNewHeads", first);
  const watch = await wire.ask("author_submitAndWatchExtrinsic", "0x1401020304ff");
  await expect(wire.ask("chain_subscribeNewHeads")).rejects.toThrow("-32000: too many subscriptions");
  small.node.produce({ finalize: true });
  expect(await wire.told(watch)).toBe("ready");
  expect(await wire.told(watch)).toHaveProperty("inBlock");
  expect(await wire.told(watch)).toHaveProperty("finalized");
  await wire.ask("chain_subscribeNewHeads"); // a watch ends by itself
});
