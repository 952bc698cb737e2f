import type { IncomingMessage } from "node:http";

export type Body = { ok: true; bytes: Uint8Array } | { ok: false; code: "too-large" | "too-slow" | "broken" };

/** A request's body, at most `maxBytes` of it and within `timeoutMs`. The rest of a refused body is not read here. */
export function readBody(
  request: IncomingMessage,
  { maxBytes, timeoutMs }: { maxBytes: number; timeoutMs: number },
): Promise<Body> {
  const declared = request.headers["content-length"];
  if (declared !== undefined && Number(declared) > maxBytes)
    return Promise.resolve({ ok: false, code: "too-large" });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (body: Body) => {
      clearTimeout(timer);
      request.removeListener("data", take);
      request.pause();
      resolve(body);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) return finish({ ok: false, code: "too-large" });
      chunks.push(chunk);
    };
    const timer = setTimeout(() => finish({ ok: false, code: "too-slow" }), timeoutMs);
    request.on("data", take);
    request.once("end", () => finish({ ok: true, bytes: Buffer.concat(chunks) }));
    request.once("error", () => finish({ ok: false, code: "broken" }));
    request.once("aborted", () => finish({ ok: false, code: "broken" }));
  });
}
