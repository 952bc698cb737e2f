// Our side of bench/wire.ts: echoes what is signed for it, both ways, until its standard input closes.
import { z } from "zod";
import { developmentKeypair, route, serveWire } from "../../src/bittensor/index.ts";
import { silentLogger, systemClock } from "../../src/platform/index.ts";

const server = await serveWire({
  ...{ keypair: developmentKeypair("Bob"), legacy: true, admit: () => true },
  ...{ clock: systemClock, logger: silentLogger },
  limits: { perSecond: 1e6, perSenderPerSecond: 1e6, nonces: 4_000_000 },
  routes: [
    route({
      ...{ method: "POST", path: "/echo", body: z.object({ text: z.string() }) },
      handle: ({ body }) => ({ status: 200, json: { text: body.text } }),
    }),
  ],
});
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
process.stdin.resume().on("end", () => process.exit());
