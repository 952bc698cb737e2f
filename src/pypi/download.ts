import { request as requestPlain } from "node:http";
import { Agent, request as requestSecure } from "node:https";
import { getCACertificates } from "node:tls";
import { TaoceptionError } from "../platform/index.ts";

export interface DownloadLimits {
  maxBytes: number;
  /** For the whole of it, redirects included. */
  timeoutMs: number;
}

export interface Download {
  status: number;
  /** Lower case, without parameters. */
  contentType: string;
  /** Where it came from after redirects. */
  url: string;
  bytes: Uint8Array;
}

const maxRedirects = 5;

/**
 * GET an address. A status of 400 and more is a result (with no bytes); no connection, a time-out or a broken
 * answer is a TaoceptionError `network` (retryable), an answer that is too large `too-large`, a redirect that
 * goes on too long or leaves https `bad-redirect`. Credentials in the address stay with their host.
 */
export async function download(
  address: string,
  { maxBytes, timeoutMs }: DownloadLimits,
  { accept = "*/*", signal }: { accept?: string; signal?: AbortSignal | undefined } = {},
): Promise<Download> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const ends = signal ? AbortSignal.any([signal, deadline]) : deadline;
  let url = new URL(address);
  for (let followed = 0; followed <= maxRedirects; followed += 1) {
    let answer: Answer;
    try {
      answer = await get(url, accept, maxBytes, ends);
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof TaoceptionError) throw cause;
      const why = deadline.aborted ? `did not answer within ${timeoutMs / 1000} s` : "could not be read";
      throw new TaoceptionError("network", `${url.host} ${why}`, { cause, retryable: true });
    }
    if (answer.location === undefined) return { ...answer, url: withoutCredentials(url) };
    const next = new URL(answer.location, url);
    if (!/^https?:$/.test(next.protocol) || (url.protocol === "https:" && next.protocol !== "https:"))
      throw new TaoceptionError("bad-redirect", `${url.host} sends on to a ${next.protocol} address`);
    if (next.host === url.host && next.username === "") {
      next.username = url.username;
      next.password = url.password;
    }
    url = next;
  }
  throw new TaoceptionError("bad-redirect", `${url.host} redirects more than ${maxRedirects} times`);
}

interface Answer {
  status: number;
  contentType: string;
  bytes: Uint8Array;
  location: string | undefined;
}

function get(url: URL, accept: string, maxBytes: number, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method: "GET", headers: { accept, "user-agent": "taoception" }, signal };
    const asked =
      url.protocol === "https:"
        ? requestSecure(url, { ...options, agent: secureAgent() })
        : requestPlain(url, options);
    asked.on("error", reject);
    asked.on("response", (response) => {
      const status = response.statusCode ?? 0;
      const contentType = (response.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
      const location = status >= 300 && status < 400 ? response.headers.location : undefined;
      if (location !== undefined || status >= 300) {
        response.resume();
        resolve({ status, contentType, bytes: new Uint8Array(), location });
        if (location !== undefined) asked.destroy();
        return;
      }
      const tooLarge = () =>
        new TaoceptionError("too-large", `${url.host} sends more than ${maxBytes} bytes for one file`);
      if (Number(response.headers["content-length"] ?? 0) > maxBytes) {
        asked.destroy();
        reject(tooLarge());
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) {
          asked.destroy();
          reject(tooLarge());
        } else chunks.push(chunk);
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status, contentType, bytes: Buffer.concat(chunks), location: undefined }),
      );
      response.on("close", () => {
        if (!response.complete) reject(new Error("the answer broke off"));
      });
    });
    asked.end();
  });
}

let agent: Agent | undefined;

/** Node's own authorities and the machine's: a mirror inside a company often has a certificate of its own. */
function secureAgent(): Agent {
  agent ??= new Agent({
    keepAlive: false,
    ca: [...new Set([...getCACertificates("default"), ...getCACertificates("system")])],
  });
  return agent;
}

function withoutCredentials(url: URL): string {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain.href;
}
