import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";
import type { Clock } from "../clock.ts";
import { explain, TaoceptionError } from "../errors.ts";

/** One thing that a program needs to do its work. Throws, with what is wrong, when it is not there. */
export type Look = (signal: AbortSignal) => Promise<unknown>;

export interface Telemetry extends AsyncDisposable {
  /** Where it is served. */
  readonly origin: string;
}

/** How long a look may take, and how long what it saw is told again, in milliseconds. */
const LOOK_MS = 5_000;
const FRESH_MS = 10_000;

/**
 * Serve `/metrics`, in Prometheus' text format, and `/healthz`: 200 when each of `looks` succeeds, else 503, and as JSON
 * what each came to. Looks are taken at most every ten seconds, however often they are asked for. Nothing else is
 * served, and nothing of a request is read but its path.
 */
export async function serveTelemetry(
  { host, port }: { host: string; port: number },
  { registry, looks, clock }: { registry: Registry; looks: Readonly<Record<string, Look>>; clock: Clock },
): Promise<Telemetry> {
  let seen: { at: number; told: ReturnType<typeof look> } | undefined;
  const health = () => {
    if (!seen || clock.now() - seen.at > FRESH_MS) seen = { at: clock.now(), told: look(looks) };
    return seen.told;
  };
  const server = createServer(
    { headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 5_000, maxHeaderSize: 8 * 1024 },
    (request, response) => {
      request.resume();
      const path = request.url?.split("?", 1)[0];
      const plain = request.method === "GET" || request.method === "HEAD";
      const answer = !plain
        ? Promise.resolve([405, "text/plain", "only GET\n"] as const)
        : path === "/healthz"
          ? health().then(
              ({ ok, parts }) =>
                [ok ? 200 : 503, "application/json", `${JSON.stringify({ ok, parts })}\n`] as const,
            )
          : path === "/metrics"
            ? registry.metrics().then((text) => [200, registry.contentType, text] as const)
            : Promise.resolve([404, "text/plain", "/healthz and /metrics\n"] as const);
      void answer
        .catch((error: unknown) => [500, "text/plain", `${explain(error)}\n`] as const)
        .then(([status, type, text]) => send(response, status, type, request.method === "HEAD" ? "" : text));
    },
  );
  server.maxConnections = 64;
  server.on("clientError", (_, socket) => socket.destroy());
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new TaoceptionError("cannot-listen", `metrics cannot be served at ${host}:${port}`, {
      cause,
      mend: "choose another --metrics.port",
    });
  }
  const { port: given } = server.address() as AddressInfo;
  return {
    origin: `http://${host.includes(":") ? `[${host}]` : host}:${given}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(text);
}

async function look(looks: Readonly<Record<string, Look>>) {
  const parts = await Promise.all(
    Object.entries(looks).map(async ([name, one]) => {
      const signal = AbortSignal.timeout(LOOK_MS);
      const late = new Promise<never>((_, reject) =>
        signal.addEventListener("abort", () => reject(new Error(`no answer in ${LOOK_MS / 1000} s`)), {
          once: true,
        }),
      );
      const wrong = await Promise.race([one(signal), late]).then(
        () => null,
        (error: unknown) => explain(error),
      );
      return { name, ok: wrong === null, ...(wrong === null ? {} : { reason: wrong.slice(0, 300) }) };
    }),
  );
  return { ok: parts.every(({ ok }) => ok), parts };
}
