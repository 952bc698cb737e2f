import { request as requestHttp } from "node:http";
import { systemClock } from "../../platform/index.ts";
import type { Keypair } from "../keys.ts";
import { nextNonce } from "../nonces.ts";
import { hashAsked, SYNAPSE } from "./synapse.ts";
import { legacyHeaders, legacyText } from "./v10.ts";

/** A request as a v10 dendrite writes it, for tests that change it before it is sent. */
export interface Written {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** An honest request of `keypair` to `receiver`; `change` is made before it is signed. */
export function written(
  keypair: Keypair,
  receiver: string,
  {
    nonce = nextNonce(systemClock),
    ...change
  }: { method?: string; target?: string; payload?: string; nonce?: string; bodyHash?: string } = {},
): Written {
  const asked = { method: "POST", target: "/echo", payload: '{"text":"hello"}', ...change } as const;
  const headers = legacyHeaders(
    {
      ...{ name: SYNAPSE, timeoutMs: 12_000, receiver, ip: "127.0.0.1", port: 8091, nonce },
      ...{ bodyHash: change.bodyHash ?? hashAsked(asked as never), fields: Object.keys(asked) },
    },
    keypair,
  );
  return { method: "POST", path: `/${SYNAPSE}`, headers, body: JSON.stringify(asked) };
}

/** The same request under another process id, signed anew when its sender does it. */
export function underAnotherUuid(
  of: Written,
  keypair: Keypair | null,
  uuid = "11111111-1111-1111-1111-111111111111",
): Written {
  const [nonce = "", receiver = "", bodyHash = "", sender = ""] = [
    "bt_header_dendrite_nonce",
    "bt_header_axon_hotkey",
    "computed_body_hash",
    "bt_header_dendrite_hotkey",
  ].map((name) => of.headers[name]);
  const text = legacyText({ nonce, receiver, bodyHash, sender, uuid });
  const signature = keypair && `0x${Buffer.from(keypair.sign(Buffer.from(text))).toString("hex")}`;
  return {
    ...of,
    headers: {
      ...of.headers,
      bt_header_dendrite_uuid: uuid,
      ...(signature === null ? {} : { bt_header_dendrite_signature: signature }),
    },
  };
}

/** Send what was written; the status and what was answered. */
export function post(
  port: number,
  { method, path, headers, body }: Written,
): Promise<{ status: number; answer: Record<string, unknown>; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const request = requestHttp(
      {
        host: "127.0.0.1",
        port,
        method,
        path,
        headers: { ...headers, "content-length": Buffer.byteLength(body) },
      },
      (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            answer: text === "" ? {} : JSON.parse(text),
            headers: response.headers,
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}
