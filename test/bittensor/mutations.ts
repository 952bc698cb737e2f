import fc from "fast-check";
import { developmentKeypair, type Keypair, nextNonce, signRequest } from "../../src/bittensor/index.ts";
import { written } from "../../src/bittensor/legacy/sampleDendrite.ts";
import { SYNAPSE, UNCOVERED } from "../../src/bittensor/legacy/synapse.ts";
import { systemClock } from "../../src/platform/index.ts";

export const alice = developmentKeypair("Alice");
export const bob = developmentKeypair("Bob");
const eve = developmentKeypair("Eve");

export type Way = "btauth" | "v10";

/** A request on its way. */
export interface Sending {
  line: string;
  headers: [string, string][];
  body: Buffer;
}

/** Headers that decide: changed in any way, a request is not its signer's any more. */
export const DECIDE: Readonly<Record<Way, RegExp>> = {
  btauth: /^x-bittensor-(version|hotkey|receiver|nonce|crypto|signature)$/i,
  v10: /^(bt_header_dendrite_(hotkey|nonce|uuid|signature)|bt_header_axon_hotkey|computed_body_hash)$/i,
};

/** A request of Alice to Bob, or as `change` has it, signed by the one way or the other. */
export function honest(
  way: Way,
  payload: string,
  {
    keypair = alice,
    receiver = bob.address,
    nonce = nextNonce(systemClock),
    ...change
  }: { keypair?: Keypair; receiver?: string; nonce?: string; bodyHash?: string } = {},
): Sending {
  const body = JSON.stringify(payload);
  if (way === "btauth") {
    const request = { method: "POST", target: "/echo", body: Buffer.from(body), nonce, receiver };
    return {
      line: "POST /echo HTTP/1.1",
      headers: Object.entries(signRequest(request, keypair)),
      body: request.body,
    };
  }
  const of = written(keypair, receiver, { nonce, payload: body, ...change });
  return {
    line: `POST /${SYNAPSE} HTTP/1.1`,
    headers: Object.entries(of.headers),
    body: Buffer.from(of.body),
  };
}

/** What is done to a request. */
type Mutation = (way: Way, payload: string, sending: Sending) => Sending;
const lead = (ms: number) => `${BigInt(Date.now() + ms) * 1_000_000n}`;
const replaced = (sending: Sending, at: number, value: string | null): Sending => ({
  ...sending,
  headers: sending.headers.flatMap(([name, old], n) =>
    n !== at ? [[name, old]] : value === null ? [] : [[name, value]],
  ),
});

const word = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "0x",
    "null",
    "None",
    "0",
    "-1",
    "1e30",
    "0x00",
    "[]",
    alice.address,
    bob.address,
    eve.address,
  ),
  fc.string({ maxLength: 200 }).map((text) => text.replace(/[\r\n\0]/g, "")),
  fc.stringMatching(/^0x[0-9a-f]{128}$/),
  fc.bigInt({ min: 0n, max: 1n << 70n }).map(String),
);
const header = fc.nat(1000);

/** Everything that is done to requests here. */
export const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  // one header is changed, left out, or there twice
  fc.tuple(header, word).map(
    ([at, value]): Mutation =>
      (_, __, of) =>
        replaced(of, at % of.headers.length, value),
  ),
  header.map(
    (at): Mutation =>
      (_, __, of) =>
        replaced(of, at % of.headers.length, null),
  ),
  fc.tuple(header, word).map(
    ([at, value]): Mutation =>
      (_, __, of) => ({
        ...of,
        headers: [...of.headers, [of.headers[at % of.headers.length]?.[0] ?? "x", value]],
      }),
  ),
  // no signature, or an empty one
  fc.constantFrom("", " ", "0x", "None", null).map(
    (value): Mutation =>
      (_, __, of) =>
        replaced(
          of,
          of.headers.findIndex(([name]) => /signature$/i.test(name)),
          value,
        ),
  ),
  // one byte of a header's value, of the body or of the first line
  fc.tuple(header, fc.nat(200), fc.integer({ min: 33, max: 126 })).map(
    ([at, place, code]): Mutation =>
      (_, __, of) => {
        const [, value = ""] = of.headers[at % of.headers.length] ?? [];
        const to = place % Math.max(1, value.length);
        return replaced(
          of,
          at % of.headers.length,
          value.slice(0, to) + String.fromCharCode(code) + value.slice(to + 1),
        );
      },
  ),
  fc.tuple(fc.nat(5000), fc.nat(255)).map(
    ([at, byte]): Mutation =>
      (_, __, of) => {
        const body = Buffer.from(of.body);
        body[at % body.length] = byte;
        return { ...of, body };
      },
  ),
  fc.tuple(fc.nat(30), fc.integer({ min: 33, max: 126 })).map(
    ([at, code]): Mutation =>
      (_, __, of) => ({
        ...of,
        line: of.line.slice(0, at) + String.fromCharCode(code) + of.line.slice(at + 1),
      }),
  ),
  // the body of another request, none, or anything
  fc
    .oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
    )
    .map(
      (body): Mutation =>
        (_, __, of) => ({ ...of, body: Buffer.from(body) }),
    ),
  fc.constant<Mutation>((way, _, of) => ({ ...of, body: honest(way, "another").body })),
  // honestly signed, but out of time, for another, by another, or over nothing
  fc.constantFrom(-11_000, -3_600_000, 3_000, 1e9).map(
    (ms): Mutation =>
      (way, payload) =>
        honest(way, payload, { nonce: lead(ms) }),
  ),
  fc.constant<Mutation>((way, payload) => honest(way, payload, { receiver: eve.address })),
  fc.constant<Mutation>((way, payload) => honest(way, payload, { keypair: eve })),
  fc.constant<Mutation>((way, payload, of) => {
    const forged = honest(way, payload, { keypair: eve });
    const at = forged.headers.findIndex(
      ([name]) => /hotkey$/i.test(name) && DECIDE[way].test(name) && !/axon/.test(name),
    );
    return way === "v10" || at >= 0 ? replaced(forged, at, alice.address) : of;
  }),
  fc.constant<Mutation>((way, payload) =>
    honest(way, payload, way === "v10" ? { bodyHash: UNCOVERED } : { keypair: eve }),
  ),
  // the one way's headers upon the other's request
  fc.constant<Mutation>((way, payload, of) => ({
    ...of,
    headers: honest(way === "v10" ? "btauth" : "v10", payload).headers,
  })),
);
