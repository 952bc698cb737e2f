import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
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
let server: Server;
let neighbour: Server;
let allowed: string;
let forbidden: string;

beforeAll(async () => {
  sandbox = await openSandbox();
  const listen = (word: string) =>
    new Promise<Server>((resolve) => {
      const opened = createServer((_, response) => response.end(word)).listen(0, "127.0.0.1", () =>
        resolve(opened),
      );
    });
  server = await listen("from the index");
  neighbour = await listen("from next door");
  allowed = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  forbidden = `127.0.0.1:${(neighbour.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  server.close();
  neighbour.close();
});

/** Asks for each address by proxy in both ways, and directly, and prints what came of it. */
const asking = `
import json, os, socket, sys, urllib.request
from urllib.parse import urlsplit
proxy = urlsplit(os.environ["HTTP_PROXY"])
def status(lines):
    with socket.create_connection((proxy.hostname, proxy.port), 5) as s:
        s.sendall(lines.encode())
        data = b""
        while chunk := s.recv(4096):
            data += chunk
            if b"\\r\\n\\r\\n" in data and not lines.startswith("GET"):
                break
        return data.decode(errors="replace")
told = {}
for host in sys.argv[1:]:
    direct = "refused"
    try:
        name, _, port = host.rpartition(":")
        socket.create_connection((name, int(port)), 1).close()
        direct = "open"
    except OSError:
        pass
    told[host] = [
        status(f"CONNECT {host} HTTP/1.1\\r\\nhost: {host}\\r\\n\\r\\n").split()[1],
        status(f"GET http://{host}/simple HTTP/1.1\\r\\nhost: {host}\\r\\nconnection: close\\r\\n\\r\\n").split()[1],
        direct,
    ]
body = status(f"GET http://{sys.argv[1]}/ HTTP/1.1\\r\\nhost: x\\r\\nconnection: close\\r\\n\\r\\n").rpartition("\\r\\n\\r\\n")[2]
posted = status(f"POST http://{sys.argv[1]}/ HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: 0\\r\\n\\r\\n").split()[1]
print(json.dumps({"told": told, "body": body, "posted": posted, "ca": os.path.getsize(os.environ["SSL_CERT_FILE"]) > 1000}))
`;
const ask = (hosts: readonly string[], relay: NonNullable<Job["relay"]>) =>
  sandbox.run({ argv: [sandbox.interpreter, "-c", asking, ...hosts], relay, limits });

test("the named host is reached, and nothing else: not a neighbour, not metadata, not the machine's own ports", async () => {
  const others = [forbidden, "169.254.169.254:80", "example.org:443", "[::1]:22"];
  const done = await ask([allowed, ...others], { hosts: [allowed], local: [allowed] });
  expect(done.stderr).toBe("");
  const { told, body, posted, ca } = JSON.parse(done.stdout);
  expect(told[allowed]).toEqual(["200", "200", "refused"]);
  for (const other of others) expect([other, ...told[other]]).toEqual([other, "403", "403", "refused"]);
  expect(body).toContain("from the index");
  expect({ posted, ca }).toEqual({ posted: "403", ca: true });
  const seen = Object.fromEntries((done.relayed ?? []).map((each) => [each.host, each]));
  expect(seen[allowed]).toMatchObject({ requests: 3, refused: 1 });
  expect(seen[forbidden]).toMatchObject({ requests: 0, refused: 2, bytes: 0 });
});

test("a named host with an address of this machine is refused unless it is the person's own index", async () => {
  const done = await ask([allowed], { hosts: [allowed, "169.254.169.254:80"] });
  expect(JSON.parse(done.stdout || `{"none":${JSON.stringify(done.stderr)}}`).told[allowed]).toEqual([
    ...["403", "403", "refused"],
  ]);
});

test("the exit status, the signal and the output are the program's own, and the relay ends with it", async () => {
  const relay = { hosts: [allowed] };
  const left = await sandbox.run({ argv: ["/bin/sh", "-c", "cat; exit 7"], stdin: "in", relay, limits });
  expect(left).toMatchObject({ exitCode: 7, stdout: "in", stderr: "", timedOut: false });
  const killed = await sandbox.run({ argv: ["/bin/sh", "-c", "kill -9 $$"], relay, limits });
  expect(killed).toMatchObject({ exitCode: null, signal: "SIGKILL" });
});

test("bytes are counted, and a flood is cut off", async () => {
  const big = createServer((_, response) => {
    response.on("error", () => {});
    response.end(Buffer.alloc(3 * megabyte));
  });
  await new Promise<void>((resolve) => big.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(big.address() as AddressInfo).port}`;
  const program = `import urllib.request; print(len(urllib.request.urlopen("http://${host}/").read()))`;
  const argv = [sandbox.interpreter, "-c", program] as const;
  const whole = await sandbox.run({ argv: [...argv], relay: { hosts: [host], local: [host] }, limits });
  expect(whole.stdout.trim()).toBe(String(3 * megabyte));
  expect(whole.relayed?.[0]?.bytes).toBe(3 * megabyte);
  const cut = await sandbox.run({
    argv: [...argv],
    relay: { hosts: [host], local: [host], maxBytes: megabyte },
    limits,
  });
  expect(cut.exitCode).not.toBe(0);
  big.close();
});

test("a job without a relay has no proxy and no way out", async () => {
  const program = `import os, socket
print([name for name in os.environ if "PROXY" in name.upper()], socket.socket().connect_ex(("${allowed.split(":")[0]}", ${allowed.split(":")[1]})) != 0)`;
  const done = await sandbox.run({ argv: [sandbox.interpreter, "-c", program], limits });
  expect(done.stdout.trim()).toBe("[] True");
});

test("the gate goes by the address that a name has, in all its spellings", async () => {
  const addresses: Record<string, string[]> = {
    "files.test": ["203.0.113.9"],
    "sly.test": ["127.0.0.1"],
    "both.test": ["10.0.0.1", "203.0.113.7"],
    "mapped.test": ["::ffff:169.254.169.254"],
    "six.test": ["fe80::1"],
  };
  const resolve = async (host: string) => (addresses[host] ?? []).map((address) => ({ address, family: 4 }));
  const hosts = [
    ...Object.keys(addresses).map((name) => `${name}:443`),
    "127.0.0.1:80",
    "[::1]:80",
    "gone.test:443",
  ];
  const gate = openGate({ hosts, local: ["sly.test:8080"] }, { resolve });
  const admitted = async (authority: string) => {
    const answer = await gate(authority);
    return answer.ok ? answer.address : answer.reason;
  };
  expect(await admitted("files.test:443")).toBe("203.0.113.9");
  expect(await admitted("FILES.test.:443")).toBe("203.0.113.9");
  expect(await admitted("both.test:443")).toBe("203.0.113.7");
  for (const sly of ["sly.test:443", "mapped.test:443", "six.test:443", "127.0.0.1:80", "[::1]:80"])
    expect([sly, await admitted(sly)]).toEqual([sly, "its address is a local one"]);
  for (const odd of ["files.test:80", "files.test", "user@files.test:443", "2130706433:80", "0x7f.1:80"])
    expect([odd, await admitted(odd)]).toEqual([odd, "not among the hosts of this job"]);
  expect(await admitted("gone.test:443")).toBe("it has no address");
});
