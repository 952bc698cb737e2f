// Requests a second that a server believes and answers: ours beside bittensor 11 behind FastAPI/uvicorn (btauth/1), and
// beside the axon of bittensor 10.5.0 (v10). One client, one process each, in turns; medians, as JSON.
// uvicorn is tried plain and with its C parts (`uvicorn[standard]`).
// Usage: node bench/wire.ts [rounds], after node scripts/parity/bittensor.mjs

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
// @ts-expect-error scripts are plain JavaScript
import { bringBittensor } from "../scripts/parity/bittensor.mjs";
// @ts-expect-error scripts are plain JavaScript
import { talkPython } from "../scripts/parity/talkPython.mjs";
import { developmentKeypair, nextNonce, signRequest, verifySignature } from "../src/bittensor/index.ts";
import { underAnotherUuid, written } from "../src/bittensor/legacy/sampleDendrite.ts";
import { systemClock } from "../src/platform/index.ts";
import { pour } from "./wire/pour.ts";

const alice = developmentKeypair("Alice");
const bob = developmentKeypair("Bob");
const CONNECTIONS = 8;
const text = "x".repeat(1024);
const processes = Array.from({ length: CONNECTIONS }, () => randomUUID());

/** The bytes of a request by the one way or the other, to be sent by the connection `at`. */
function request(way: "btauth" | "v10", at: number): Buffer {
  const plain = JSON.stringify({ text });
  const signed = () => {
    const of = { method: "POST", target: "/echo", body: Buffer.from(plain), receiver: bob.address };
    const headers = signRequest({ ...of, nonce: nextNonce(systemClock) }, alice);
    return { path: "/echo", headers, body: plain };
  };
  const { path, headers, body } =
    way === "btauth"
      ? signed()
      : underAnotherUuid(written(alice, bob.address, { payload: plain }), alice, processes[at]);
  const lines = Object.entries({
    ...{ host: "127.0.0.1", "content-type": "application/json", "content-length": Buffer.byteLength(body) },
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

/** Requests a second, of `count` that were signed just before. */
async function measure(way: "btauth" | "v10", port: number, count: number): Promise<number> {
  const queues = Array.from({ length: CONNECTIONS }, (_, at) =>
    Array.from({ length: count / CONNECTIONS }, () => request(way, at)),
  );
  const started = performance.now();
  await Promise.all(queues.map((queue) => pour(port, queue)));
  return count / ((performance.now() - started) / 1000);
}

/** Milliseconds of processor time that a process has had. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

interface Server {
  port: number;
  pid: number;
}

async function compare(way: "btauth" | "v10", servers: { ours: Server; theirs: Server }, rounds: number) {
  const counts = { ours: 4000, theirs: way === "btauth" ? 2000 : 800 };
  const figures = { ours: [] as number[], theirs: [] as number[] };
  const cpu = { ours: 0, theirs: 0 };
  for (const who of ["ours", "theirs"] as const) await measure(way, servers[who].port, 400); // warm
  for (let round = 0; round < rounds; round += 1)
    for (const who of ["ours", "theirs"] as const) {
      const before = cpuOf(servers[who].pid);
      figures[who].push(await measure(way, servers[who].port, counts[who]));
      cpu[who] += (cpuOf(servers[who].pid) - before) / counts[who] / rounds;
    }
  const [ours, theirs] = [median(figures.ours), median(figures.theirs)];
  const whole = (list: number[]) => list.map(Math.round);
  return {
    ...{ ours: Math.round(ours), theirs: Math.round(theirs), ratio: Number((ours / theirs).toFixed(2)) },
    cpuMs: { ours: Number(cpu.ours.toFixed(3)), theirs: Number(cpu.theirs.toFixed(3)) },
    rounds: { ours: whole(figures.ours), theirs: whole(figures.theirs) },
  };
}

/** Milliseconds of one signature's check in this process. */
function checking(): number {
  const message = Buffer.from(text);
  const signature = alice.sign(message);
  const times = Array.from({ length: 2_000 }, () => {
    const started = performance.now();
    verifySignature("sr25519", message, signature, alice.address);
    return performance.now() - started;
  });
  return Number(median(times).toFixed(3));
}

const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const rounds = Number(process.argv[2] ?? 3);
const ours = spawn(process.execPath, [fileURLToPath(new URL("./wire/server.ts", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
const [line] = await once(ours.stdout, "data");
const { port } = JSON.parse(String(line)) as { port: number };

const [plain, standard, old] = [await freePort(), await freePort(), await freePort()];
const program = fileURLToPath(new URL("../scripts/parity/served.py", import.meta.url));
const python: string = await bringBittensor("served");
const served = [
  spawn(python, [program, String(plain), bob.address, "plain"], { stdio: "inherit" }),
  spawn(python, [program, String(standard), bob.address], { stdio: "inherit" }),
];
await using axon = talkPython(await bringBittensor("v10"), "v10.py");
await axon.ask({ do: "serve", uri: "//Bob", port: old });
await systemClock.sleep(5_000); // they begin to listen

const us = { port, pid: ours.pid ?? 0 };
const result = {
  connections: CONNECTIONS,
  body: `${text.length} bytes`,
  uvicorn: {
    bar: 1.5,
    ...(await compare("btauth", { ours: us, theirs: { port: plain, pid: served[0]?.pid ?? 0 } }, rounds)),
  },
  uvicornStandard: {
    bar: 1.5,
    ...(await compare("btauth", { ours: us, theirs: { port: standard, pid: served[1]?.pid ?? 0 } }, rounds)),
  },
  v10: { bar: 5, ...(await compare("v10", { ours: us, theirs: { port: old, pid: axon.pid } }, rounds)) },
  ...{ signatureMs: checking(), load: loadavg()[0] },
};
console.log(JSON.stringify(result, null, 1));
ours.kill();
for (const one of served) one.kill("SIGKILL");
