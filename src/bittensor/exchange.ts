import { lookup } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "../platform/index.ts";

/** What came of a request to a peer. A peer that cannot be reached or does not keep the limits is data, no error. */
export type Sent =
  | { ok: true; status: number; body: Buffer }
  | {
      ok: false;
      reason: "bad-address" | "unreachable" | "timed-out" | "too-large" | "bad-answer";
      detail: string;
    };

/** How far a peer is trusted, whatever is sent to it. */
export interface PeerLimits {
  /** For the whole exchange, name look-up included. */
  timeoutMs: number;
  /** Longest answer that is taken. */
  maxBytes: number;
  signal?: AbortSignal;
  /**
   * The one origin (`http://127.0.0.1:8091`) that may lie in a private or loopback network, because the caller knows
   * it from its own local subnet. Any other such address is refused.
   */
  allowLoopback?: string;
}

/**
 * One HTTP request to a peer, whose headers may depend on the address. Redirects are not followed, nothing is
 * decompressed, and an address outside the open internet is refused whatever name led to it. Throws only when
 * `signal` is aborted.
 */
export async function exchange(
  address: string,
  write: (url: URL) => {
    method: string;
    target: string;
    body: Uint8Array;
    headers: Record<string, string>;
  },
  { timeoutMs, maxBytes, signal, allowLoopback }: PeerLimits,
): Promise<Sent> {
  signal?.throwIfAborted();
  const url = URL.parse(address);
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:") || url.username || url.password)
    return { ok: false, reason: "bad-address", detail: "not a plain http address" };
  const trusted = allowLoopback !== undefined && url.origin === allowLoopback;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!trusted && isIP(host) !== 0 && !isPublicAddress(host))
    return { ok: false, reason: "bad-address", detail: `${host} is not in the open internet` };

  const { method, target, body, headers } = write(url);
  return new Promise<Sent>((resolve, reject) => {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const request = send({
      method,
      hostname: host,
      port: url.port === "" ? undefined : Number(url.port),
      path: target,
      headers: {
        host: url.host,
        ...headers,
        ...(body.length > 0 ? { "content-type": "application/json" } : {}),
        "content-length": body.length,
        "accept-encoding": "identity",
      },
      agent: false,
      ...(trusted ? {} : { lookup: publicLookup }),
    });
    const timer = setTimeout(
      () => finish({ ok: false, reason: "timed-out", detail: `no answer in ${timeoutMs} ms` }),
      timeoutMs,
    );
    const abort = () => {
      finish(undefined);
      reject(signal?.reason);
    };
    const finish = (sent: Sent | undefined) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      if (sent) resolve(sent);
      request.destroy();
    };
    signal?.addEventListener("abort", abort, { once: true });
    request.on("error", (error: NodeJS.ErrnoException) =>
      finish(
        error.code === "EADDRNOTAVAIL" && error.message === closedAddress
          ? { ok: false, reason: "bad-address", detail: `${host} is not in the open internet` }
          : { ok: false, reason: "unreachable", detail: error.code ?? error.message },
      ),
    );
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes)
          finish({ ok: false, reason: "too-large", detail: `more than ${maxBytes} bytes` });
        else chunks.push(chunk);
      });
      response.on("end", () =>
        finish(
          response.complete
            ? { ok: true, status: response.statusCode ?? 0, body: Buffer.concat(chunks) }
            : { ok: false, reason: "unreachable", detail: "the answer broke off" },
        ),
      );
      response.on("error", (error) => finish({ ok: false, reason: "unreachable", detail: error.message }));
      response.on("aborted", () =>
        finish({ ok: false, reason: "unreachable", detail: "the answer broke off" }),
      );
    });
    request.end(body);
  });
}

const closedAddress = "the name leads outside the open internet";

/** Resolve a name and hand on only public addresses; the connection goes to what was checked, not to a second look-up. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "");
    const open = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = open;
    if (!first || open.length !== addresses.length)
      return callback(Object.assign(new Error(closedAddress), { code: "EADDRNOTAVAIL" }), "");
    if (options.all) return callback(null, open);
    callback(null, first.address, first.family);
  });
};
