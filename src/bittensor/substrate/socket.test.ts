import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { z } from "zod";
import { openSampleNode, type Says } from "./sampleNode.ts";
import { openSocket } from "./socket.ts";

const limits = { timeoutMs: 300, bytes: 10_000, requests: 8 };
const open = (url: string, given = {}) => openSocket(url, { ...limits, ...given });
const unreachable = { code: "chain-unreachable", retryable: true };

test("answers find their questions, in whatever order they come", async () => {
  const late: (() => void)[] = [];
  await using node = await openSampleNode({
    first: (_, socket) => void late.push(() => socket.send('{"jsonrpc":"2.0","id":1,"result":"one"}')),
    second: () => {
      setTimeout(() => late[0]?.(), 20);
      return "two";
    },
  });
  const ask = open(node.url);
  expect(await Promise.all([ask("first", [], z.string()), ask("second", [], z.string())])).toEqual([
    "one",
    "two",
  ]);
});

const hostile: [string, Says[string], object][] = [
  ["nothing", () => undefined, unreachable],
  ["too much", () => "x".repeat(20_000), unreachable],
  ["no JSON", () => ({ raw: "<html>" }), unreachable],
  ["no JSON-RPC", () => ({ raw: '{"ok":true}' }), unreachable],
  ["an error of another shape", () => ({ raw: '{"id":1,"error":"no"}' }), unreachable],
  ["another result", () => 5, { code: "chain-unreadable" }],
  ["no", () => ({ code: 1, message: "no" }), { code: "chain-refused", retryable: false }],
  ["a farewell", (_, socket) => void socket.terminate(), unreachable],
];
test.each(hostile)("a node that says %s", async (_, answer, error) => {
  await using node = await openSampleNode({ hostile: answer, good: () => "good" });
  const ask = open(node.url);
  await expect(ask("hostile", [], z.string())).rejects.toMatchObject(error);
  expect(await ask("good", [], z.string())).toBe("good"); // and can be asked again
});

test("what was not asked for changes nothing", async () => {
  await using node = await openSampleNode({
    one: (_, socket) => {
      socket.send('{"jsonrpc":"2.0","method":"note","params":{"subscription":"s","result":1}}');
      socket.send('{"jsonrpc":"2.0","id":77,"result":"for nobody"}');
      return "one";
    },
  });
  expect(await open(node.url)("one", [], z.string())).toBe("one");
});

test("a host that takes the connection and is no node; one that is away", async () => {
  const silent = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  await expect(open(`ws://127.0.0.1:${port}`)("any", [], z.string())).rejects.toMatchObject(unreachable);
  silent.close();
  await expect(open("ws://127.0.0.1:9")("any", [], z.string())).rejects.toMatchObject(unreachable);
});

test("a node that ends and comes back is connected to again", async () => {
  const first = await openSampleNode({ who: () => "first" });
  const ask = open(first.url);
  expect(await ask("who", [], z.string())).toBe("first");
  await first[Symbol.asyncDispose]();
  await expect(ask("who", [], z.string())).rejects.toMatchObject(unreachable);
  await using _second = await openSampleNode({ who: () => "second" }, first.port);
  expect(await ask("who", [], z.string())).toBe("second");
});

test("too many requests at once are refused, and make room when they end", async () => {
  await using node = await openSampleNode({ never: () => undefined, good: () => "good" });
  const ask = open(node.url);
  const many = Array.from({ length: 10 }, () => ask("never", [], z.string()));
  for (const { status } of await Promise.allSettled(many)) expect(status).toBe("rejected");
  expect(node.asked.length).toBe(8);
  expect(await ask("good", [], z.string())).toBe("good");
});

test("an aborted signal ends what waits", async () => {
  await using node = await openSampleNode({ never: () => undefined });
  const stop = new AbortController();
  const ask = open(node.url, { signal: stop.signal, timeoutMs: 60_000 });
  const waiting = ask("never", [], z.string());
  setTimeout(() => stop.abort(new Error("enough")), 50);
  await expect(waiting).rejects.toThrow("enough");
  await expect(ask("never", [], z.string())).rejects.toThrow("enough");
});

test("an idle connection keeps no process alive", async () => {
  await using node = await openSampleNode({ who: () => "first" });
  const program = `import { openSocket } from ${JSON.stringify(new URL("socket.ts", import.meta.url).href)};
    import { z } from "zod";
    const ask = openSocket(${JSON.stringify(node.url)}, ${JSON.stringify({ ...limits, timeoutMs: 20_000 })});
    process.stdout.write(await ask("who", [], z.string()));`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], {
    timeout: 10_000,
  });
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
});
