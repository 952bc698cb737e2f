import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isNearAddress } from "../../platform/index.ts";
import type { Job, Limits, Sandbox } from "../index.ts";
import { openSandbox } from "../sandbox.ts";
import { openGate } from "./relayGate.ts";

const megabyte = 1024 * 1024;
const limits: Limits = {
  wallMs: 20_000,
  cpuSeconds: 10,
  memoryBytes: 256 * megabyte,
  processes: 16,
  outputBytes: megabyte,
  diskBytes: 16 * megabyte,
};
let sandbox: Sandbox;
const servers: { close(): unknown }[] = [];
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  for (const server of servers) server.close();
});

/** A server of ours on loopback, which a relay may reach when it is told so. */
async function listening(server: Server): Promise<{ host: string; relay: NonNullable<Job["relay"]> }> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, relay: { hosts: [host], local: [host] } };
}

/** Speaks to the relay itself, as a hostile job does, past the half of it that runs inside. */
const preamble = `
import json, os, socket, sys, time
def dial():
    s = socket.socket(socket.AF_UNIX); s.settimeout(15); s.connect("/relay/socket"); return s
def say(data, s=None):
    s = s or dial(); s.sendall(data if isinstance(data, bytes) else data.encode()); return s
def hear(s):
    data = b""
    try:
        while chunk := s.recv(65536): data += chunk
    except OSError: pass
    return data.decode("latin-1")
host = sys.argv[1]
`;
const attack = (code: string, host: string, relay: NonNullable<Job["relay"]>) =>
  sandbox.run({ argv: [sandbox.interpreter, "-c", preamble + code, host], relay, limits });

const relayFolders = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`taoception-relay-${process.pid}-`));

test("a name that changes its address between look-up and connection gains nothing", async () => {
  const answers = ["203.0.113.9", "127.0.0.1"];
  let asked = 0;
  const gate = openGate(
    { hosts: ["index.test:443"] },
    { resolve: async () => [{ address: answers[asked++ % 2] ?? "", family: 4 }] },
  );
  expect(await gate("index.test:443")).toMatchObject({ ok: true, address: "203.0.113.9" });
  expect(await gate("index.test:443")).toMatchObject({ ok: false, reason: "its address is a local one" });
  expect(asked).toBe(2); // one look-up for each, and its answer is where the connection goes
});

test.each([
  ...["127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"],
  ...[
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::7f00:1",
    "::ffff:a9fe:a9fe",
    "fe80::1",
    "fe80::1%eth0",
  ],
  ...["fd00::1", "fec0::1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:0:7f00:1::", "ff02::1"],
])("an address of this machine or its network in the spelling %s is one", (address) => {
  expect(isNearAddress(address)).toBe(true);
});

test("nor is a public address of this very machine reached", async () => {
  const resolve = async () => [{ address: "203.0.113.5", family: 4 }];
  const gate = openGate({ hosts: ["sly.test:443"] }, { resolve, own: () => ["203.0.113.5"] });
  expect(await gate("sly.test:443")).toMatchObject({ ok: false, reason: "its address is a local one" });
});

test("requests that mean two things are refused or mean what was checked", async () => {
  const seen: string[] = [];
  const { host, relay } = await listening(
    createHttp((request, response) => {
      seen.push(
        `${request.method} ${request.url} host=${request.headers.host} te=${request.headers["transfer-encoding"]} cl=${request.headers["content-length"]}`,
      );
      response.end("answer");
    }),
  );
  const done = await attack(
    `
end = "connection: close\\r\\n\\r\\n"
tries = {
    "other port": f"CONNECT {host[:-1]} HTTP/1.1\\r\\n\\r\\n",
    "user part": f"GET http://{host}@evil.test/ HTTP/1.1\\r\\nhost: {host}\\r\\n{end}",
    "other host header": f"GET http://{host}/one HTTP/1.1\\r\\nhost: evil.test\\r\\n{end}",
    "body": f"GET http://{host}/two HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: 40\\r\\n{end}GET /smuggled HTTP/1.1\\r\\nhost: evil.te",
    "chunked": f"GET http://{host}/three HTTP/1.1\\r\\nhost: x\\r\\ntransfer-encoding: chunked\\r\\n{end}0\\r\\n\\r\\nGET /smuggled HTTP/1.1\\r\\n\\r\\n",
    "both lengths": f"GET http://{host}/four HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: 5\\r\\ntransfer-encoding: chunked\\r\\n{end}0\\r\\n\\r\\n",
    "bare line feed": f"GET http://{host}/five\\nHTTP/1.1\\r\\nhost: x\\r\\n{end}",
    "origin form": f"GET /six HTTP/1.1\\r\\nhost: {host}\\r\\n{end}",
    "other scheme": f"GET file:///etc/passwd HTTP/1.1\\r\\nhost: {host}\\r\\n{end}",
    "backslash": f"GET http://evil.test\\\\@{host}/seven HTTP/1.1\\r\\nhost: {host}\\r\\n{end}",
    "upgrade": f"GET http://{host}/eight HTTP/1.1\\r\\nhost: x\\r\\nupgrade: h2c\\r\\nconnection: upgrade\\r\\n\\r\\n",
}
print(json.dumps({name: (hear(say(text)).split(" ") + [""])[1] for name, text in tries.items()}))
`,
    host,
    relay,
  );
  const told = JSON.parse(done.stdout || JSON.stringify(done.stderr));
  for (const name of ["other port", "user part", "origin form", "other scheme"])
    expect([name, told[name]]).toEqual([name, "403"]);
  // what the parser does not understand is cut off without a word
  for (const name of ["backslash", "both lengths", "bare line feed"])
    expect([name, told[name]]).toEqual([name, ""]);
  expect(told.upgrade).not.toBe("101");
  expect(seen.filter((line) => !line.endsWith("te=undefined cl=undefined"))).toEqual([]);
  expect(seen.filter((line) => !line.includes(`host=${host}`))).toEqual([]);
  expect(seen.join()).not.toMatch(/smuggled/);
});

test("one connection cannot ask for more at once than sixty-four, and what it asked for goes with it", async () => {
  let [open, most] = [0, 0];
  const { host, relay } = await listening(
    createServer((socket) => {
      open += 1;
      most = Math.max(most, open);
      socket.on("error", () => {});
      socket.resume();
      socket.on("close", () => {
        open -= 1;
      });
    }),
  );
  const done = await attack(
    `
s = say(f"GET http://{host}/ HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n" * 3000)
time.sleep(0.7)
s.close()
time.sleep(0.5)
`,
    host,
    relay,
  );
  expect(done.exitCode).toBe(0);
  expect(most).toBeGreaterThan(30);
  expect(most).toBeLessThanOrEqual(64);
  for (let wait = 0; open > 0 && wait < 50; wait += 1) await new Promise((later) => setTimeout(later, 20));
  expect(open).toBe(0);
});

test("many connections, and headers that never end, cost this process sixty-four sockets and a while", async () => {
  const { host, relay } = await listening(createHttp((_, response) => response.end("answer")));
  const before = readdirSync("/proc/self/fd").length;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, readdirSync("/proc/self/fd").length);
  }, 20);
  const done = await attack(
    `
held = []
for _ in range(300):
    try:
        held.append(say("GET http://x/ HTTP/1.1\\r\\nx: "))
    except OSError: pass
started = time.time()
for s in held:
    s.setblocking(False)
closed = set()
while len(closed) < len(held) and time.time() - started < 16:
    for s in held:
        try:
            if s.fileno() in closed: continue
            s.send(b"y")
            if s.recv(1) == b"": closed.add(s.fileno())
        except BlockingIOError: pass
        except OSError: closed.add(s.fileno())
    time.sleep(0.2)
print(len(held) - len(closed), hear(say(f"GET http://{host}/ HTTP/1.1\\r\\nhost: x\\r\\nconnection: close\\r\\n\\r\\n"))[-6:])
`,
    host,
    relay,
  );
  clearInterval(timer);
  expect(done.stdout.trim()).toBe("0 answer");
  expect(most - before).toBeLessThan(90);
});

test.each([
  ["a status that there is not", "HTTP/1.1 000 No\r\ncontent-length: 0\r\n\r\n"],
  ["a header of control characters", "HTTP/1.1 200 OK\r\nx: a\x01b\r\ncontent-length: 0\r\n\r\n"],
  ["endless headers", `HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(20_000)}`],
  ["no HTTP", "\x00\xff\x00\r\n\r\n"],
  ["a change of protocol", "HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"],
  ["nothing", ""],
])("a host of the allow-list that answers with %s harms nobody", async (_, bytes) => {
  const { host, relay } = await listening(
    createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(bytes, "latin1"));
    }),
  );
  const done = await attack(
    `print(hear(say(f"GET http://{host}/ HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n"))[:15])`,
    host,
    relay,
  );
  expect(done.exitCode).toBe(0);
  expect(done.stdout).not.toContain("200 OK");
});

test("a flood ends at the limit, for all connections together, and nothing comes after it", async () => {
  const { host, relay } = await listening(
    createServer((socket: Socket) => {
      socket.on("error", () => {});
      const more = () => {
        for (let full = false; !full && !socket.destroyed; ) full = !socket.write(Buffer.alloc(65_536));
      };
      socket.on("drain", more);
      socket.once("data", more);
    }),
  );
  const done = await attack(
    `
import threading
got = []
def one():
    s = say(f"CONNECT {host} HTTP/1.1\\r\\n\\r\\n"); s.recv(100); say("go", s)
    got.append(len(hear(s)))
threads = [threading.Thread(target=one) for _ in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
print(json.dumps([sum(got), hear(say(f"CONNECT {host} HTTP/1.1\\r\\n\\r\\n")).split(" ")[1]]))
`,
    host,
    { ...relay, maxBytes: 2 * megabyte },
  );
  const [received, later] = JSON.parse(done.stdout || JSON.stringify(done.stderr));
  expect(received).toBeLessThanOrEqual(3 * megabyte);
  expect(done.relayed?.[0]?.bytes).toBeLessThan(4 * megabyte);
  expect(later).toBe("403");
});

test("what was reached is noted, however many other names were asked for first, and in one spelling", async () => {
  const { host, relay } = await listening(createHttp((_, response) => response.end("answer")));
  const port = host.split(":")[1];
  const named = { hosts: [`localhost:${port}`], local: [`localhost:${port}`] };
  const done = await attack(
    `
for n in range(250): hear(say(f"CONNECT n{n}.test:443 HTTP/1.1\\r\\nconnection: close\\r\\n\\r\\n"))
for name in ("localhost", "LOCALHOST", "LocalHost."):
    hear(say(f"GET http://{name}:${port}/ HTTP/1.1\\r\\nhost: x\\r\\nconnection: close\\r\\n\\r\\n"))
`,
    host,
    named,
  );
  expect(done.stderr).toBe("");
  expect(done.relayed?.filter(({ requests }) => requests > 0)).toEqual([
    { host: `localhost:${port}`, requests: 3, bytes: 18, refused: 0 },
  ]);
  expect(done.relayed?.length).toBeLessThan(210);
  expect(relay.hosts).toEqual([host]);
});

test("a job that is aborted in the middle leaves no socket, no folder and no connection", async () => {
  let open = 0;
  const { host, relay } = await listening(
    createServer((socket) => {
      open += 1;
      socket.on("error", () => {});
      socket.resume();
      socket.on("close", () => {
        open -= 1;
      });
    }),
  );
  const aborting = new AbortController();
  const code = `${preamble}held = say(f"CONNECT {host} HTTP/1.1\\r\\n\\r\\n"), say(f"GET http://{host}/ HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n"); time.sleep(60)`;
  const run = sandbox.run(
    { argv: [sandbox.interpreter, "-c", code, host], relay, limits },
    { signal: aborting.signal },
  );
  for (let wait = 0; open < 2 && wait < 200; wait += 1) await new Promise((later) => setTimeout(later, 20));
  expect(open).toBe(2);
  const folders = relayFolders();
  aborting.abort();
  await expect(run).rejects.toThrow(/abort/i);
  expect(folders.filter((name) => existsSync(join(tmpdir(), name)))).toEqual([]);
  for (let wait = 0; open > 0 && wait < 50; wait += 1) await new Promise((later) => setTimeout(later, 20));
  expect(open).toBe(0);
});

test("a process of ours that is killed leaves no job, and its socket is removed by the next", async () => {
  const program = `import { openSandbox } from ${JSON.stringify(join(import.meta.dirname, "../index.ts"))};
const sandbox = await openSandbox();
const argv = ["/bin/sh", "-c", process.argv[1]];
await sandbox.run({ argv, relay: { hosts: ["index.test:443"] }, limits: ${JSON.stringify(limits)} });
`;
  const start = (command: string) =>
    spawn(process.execPath, ["--input-type=module", "--eval", program, command], { stdio: "ignore" });
  const folders = (pid?: number) =>
    readdirSync(tmpdir()).filter((name) => name.startsWith(`taoception-relay-${pid}-`));
  const mark = `3${process.pid}.25`;
  const killed = start(`sleep ${mark}`);
  const until = async (met: () => boolean) => {
    for (let wait = 0; !met() && wait < 300; wait += 1) await new Promise((later) => setTimeout(later, 20));
    expect(met()).toBe(true);
  };
  await until(() => folders(killed.pid).length === 1 && running(mark));
  killed.kill("SIGKILL");
  await once(killed, "close");
  await until(() => !running(mark));
  expect(folders(killed.pid).length).toBe(1);
  const next = start("exit 0");
  await once(next, "close");
  expect([...folders(killed.pid), ...folders(next.pid)]).toEqual([]);
});

function running(mark: string): boolean {
  return readdirSync("/proc").some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(`sleep\0${mark}`);
    } catch {
      return false; // it ended
    }
  });
}
