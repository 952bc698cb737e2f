import { connect } from "node:net";
import fc from "fast-check";
import { z } from "zod";
import { route, type ServerLimits, serveWire } from "../../src/bittensor/index.ts";
import { type Logger, silentLogger, systemClock } from "../../src/platform/index.ts";
import { alice, bob, DECIDE, honest, mutations, type Sending, type Way } from "./mutations.ts";

/** All of a request that decides, to compare. */
const deciding = (way: Way, of: Sending) =>
  JSON.stringify([
    of.line.split(" ").slice(0, 2),
    of.headers
      .filter(([name]) => DECIDE[way].test(name))
      .map(([name, value]) => [name.toLowerCase(), value.trim()]),
  ]);

/** What came of a fuzzing. */
export interface Fuzzed {
  requests: number;
  accepted: number;
  /** Accepted, and should not have been. */
  wrong: string[];
  /** Answers of 500, and what was logged as an error. */
  failures: string[];
  statuses: Record<string, number>;
}

/**
 * Send `requests` requests that were changed on their way, and every fourth as it was, to a server that speaks both
 * ways and admits Alice alone. A request may pass when all that decides is as Alice signed it for this server, once.
 */
export async function fuzz(
  requests: number,
  { seed, limits = {} }: { seed: number; limits?: Partial<ServerLimits> },
): Promise<Fuzzed> {
  const told: Fuzzed = { requests: 0, accepted: 0, wrong: [], failures: [], statuses: {} };
  const heard: { sender: string; text: string }[] = [];
  const logger: Logger = Object.assign(Object.create(silentLogger), {
    error: (_: unknown, text: string) => told.failures.push(text),
  });
  await using server = await serveWire({
    ...{
      keypair: bob,
      legacy: true,
      admit: (hotkey: string) => hotkey === alice.address,
      clock: systemClock,
    },
    logger,
    limits: { perSecond: 1e6, perSenderPerSecond: 1e6, bodyMs: 300, ...limits },
    routes: [
      route({
        ...{ method: "POST", path: "/echo", maxBytes: 4096, body: z.string() },
        handle: ({ sender, body }) => {
          heard.push({ sender, text: body });
          return { status: 200, json: {} };
        },
      }),
    ],
  });
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<Way>("btauth", "v10"),
      fc.string({ maxLength: 100 }),
      fc.option(mutations, { freq: 3 }),
      fc.boolean(),
      async (way, text, mutate, again) => {
        const payload = `${told.requests} ${text}`;
        const original = honest(way, payload);
        const sending = mutate ? mutate(way, payload, original) : original;
        const meant = deciding(way, sending) === deciding(way, original);
        for (let time = 0; time < (again ? 2 : 1); time += 1) {
          heard.length = 0;
          const status = await sent(server.port, sending);
          told.requests += 1;
          told.statuses[status] = (told.statuses[status] ?? 0) + 1;
          if (status === "500") told.failures.push(JSON.stringify(sending));
          for (const one of heard) {
            told.accepted += 1;
            seen.set(one.text, (seen.get(one.text) ?? 0) + 1);
            const good =
              meant && one.sender === alice.address && one.text === payload && seen.get(payload) === 1;
            if (!good) told.wrong.push(JSON.stringify({ way, sending, one }));
          }
          if (!mutate && time === 0 && heard.length === 0 && status !== "503")
            told.wrong.push(`refused ${status}`);
        }
      },
    ),
    { seed, numRuns: requests, endOnFailure: true },
  );
  return told;
}

/** Send bytes as they are, and read the status of the first answer; `closed` where there is none. */
function sent(port: number, { line, headers, body }: Sending): Promise<string> {
  const lines = [line, "host: x", "connection: close", `content-length: ${body.length}`];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect({ port, host: "127.0.0.1" }, () =>
      socket.write(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body])),
    );
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? "closed"));
  });
}
