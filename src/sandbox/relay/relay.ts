import { chmod, chown, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { getCACertificates } from "node:tls";
import { TaoceptionError } from "../../platform/index.ts";
import type { Mount, Relayed, RelaySpec } from "../contract.ts";
import { insideFile } from "../inside.ts";
import type { Identity } from "../jail/identity.ts";
import { makeOwnFolder } from "../ownFolder.ts";
import { openGate } from "./relayGate.ts";
import { AT_ONCE, forward, type Traffic, tunnel } from "./relayTraffic.ts";

/** The outer half of a job's relay: what the job needs to use it, and what went through. */
export interface Relay {
  mounts: readonly Mount[];
  env: Readonly<Record<string, string>>;
  /** Put before the job's own argv. */
  prefix: readonly string[];
  relayed(): Relayed[];
  close(): Promise<void>;
}

/**
 * Open a proxy for one job on a Unix socket that only the job's uid can reach. It knows nothing but the named
 * hosts: a CONNECT or a plain GET to any other is answered 403 and noted.
 */
export async function openRelay(
  spec: RelaySpec,
  { identity, interpreter }: { identity: Identity; interpreter: string },
): Promise<Relay> {
  const folder = await makeOwnFolder("relay");
  const path = join(folder, "socket");
  const noted = new Map<string, Relayed>();
  const traffic: Traffic = {
    admit: openGate(spec),
    note(host, { bytes = 0, requests = 0, refused = 0 }) {
      const known = noted.get(host) ?? { host, requests: 0, bytes: 0, refused: 0 };
      // a job that asks for ever new hosts; those it may reach are few, and always noted
      if (noted.size >= 200 && !noted.has(host) && requests + bytes === 0) return;
      noted.set(host, {
        host,
        requests: known.requests + requests,
        bytes: known.bytes + bytes,
        refused: known.refused + refused,
      });
    },
    left: { bytes: spec.maxBytes ?? 2 * 1024 ** 3 },
    open: new Set(),
    asked: { requests: 0 },
  };
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 60_000,
    connectionsCheckingInterval: 2_000, // the two above are looked at no more often than this
  });
  server.maxConnections = AT_ONCE;
  server.on("connection", (socket) => {
    traffic.open.add(socket);
    socket.setMaxListeners(AT_ONCE + 20); // one for each request under way
    socket.on("error", () => socket.destroy());
    socket.once("close", () => traffic.open.delete(socket));
  });
  // whatever is thrown ends one connection of the job, never this process
  server.on("connect", (request, socket, head) => {
    tunnel(request, socket, head, traffic).catch(() => socket.destroy());
  });
  server.on("request", (request, response) => {
    forward(request, response, traffic).catch(() => response.destroy());
  });
  server.on("upgrade", (_request, socket) => socket.destroy());
  server.on("clientError", (_error, socket) => socket.destroy());
  const close = async () => {
    server.close();
    for (const socket of traffic.open) socket.destroy();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, resolve);
    });
    await chmod(path, 0o600);
    if (identity.kind === "pool") await chown(path, identity.uid, identity.uid);
    await writeFile(join(folder, "authorities.pem"), authorities());
  } catch (cause) {
    await close();
    throw new TaoceptionError("sandbox-failed", "the relay could not be opened", { cause });
  }
  return {
    mounts: [
      { from: path, at: "/relay/socket" },
      { from: insideFile("relay.py"), at: "/relay/relay.py" },
      { from: join(folder, "authorities.pem"), at: "/relay/authorities.pem" },
    ],
    env: Object.fromEntries(
      ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "CURL_CA_BUNDLE"].map((name) => [
        name,
        "/relay/authorities.pem",
      ]),
    ),
    prefix: [interpreter, "-I", "-S", "/relay/relay.py", "/relay/socket"],
    relayed: () => [...noted.values()],
    close,
  };
}

let pem: string | undefined;

/** Node's own authorities and the machine's (SSL_CERT_FILE, NODE_EXTRA_CA_CERTS): a mirror may have one of its own. */
function authorities(): string {
  pem ??= `${[...new Set([...getCACertificates("default"), ...getCACertificates("system")])].join("\n")}\n`;
  return pem;
}
