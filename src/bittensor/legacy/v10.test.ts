import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { silentLogger } from "../../platform/index.ts";
import { developmentKeypair } from "../derive.ts";
import { route } from "../route.ts";
import { post, underAnotherUuid } from "./sampleDendrite.ts";
import { serveLegacy } from "./serveLegacy.ts";
import { bodyHash, UNCOVERED } from "./synapse.ts";
import { legacyHeaders, readLegacyClaims, verifyLegacyClaims } from "./v10.ts";

/** What the dendrite of bittensor 10.5.0 wrote. */
interface Vector {
  hashed: (string | number)[];
  headers: Record<string, string>;
  body: string;
}
const vectors: Vector[] = JSON.parse(
  readFileSync(new URL("../../../test/vectors/v10.json", import.meta.url), "utf8"),
);
const named = vectors.map(
  (vector) => [`${vector.headers.name} ${JSON.stringify(vector.hashed)}`, vector] as const,
);
const alice = developmentKeypair("Alice");
const bob = developmentKeypair("Bob");

test.each(named)("the headers of v10 are understood, and ours are the same: %s", (_, vector) => {
  const { hashed, headers } = vector;
  expect(bodyHash(hashed)).toBe(headers.computed_body_hash);
  const read = readLegacyClaims(headers, bob.address);
  if (hashed.length === 0) return expect(read).toEqual({ ok: false, code: "uncovered" });
  if (!read.ok) throw new Error(read.code);
  const { claims } = read;
  expect(claims).toMatchObject({ sender: alice.address, nonce: headers.bt_header_dendrite_nonce });
  expect(verifyLegacyClaims(claims)).toBe(true);
  expect(verifyLegacyClaims({ ...claims, bodyHash: bodyHash([...hashed, ""]) })).toBe(false);

  const ours = legacyHeaders(
    {
      ...{ name: headers.name ?? "", timeoutMs: 12_000, receiver: bob.address, nonce: claims.nonce },
      ...{ ip: "127.0.0.1", port: 8091, bodyHash: claims.bodyHash, fields: ["method", "target"] },
    },
    alice,
  );
  for (const [name, value] of Object.entries(headers)) {
    if (/_(uuid|signature)$/.test(name))
      expect(ours[name]).toBeDefined(); // new each time
    else if (/_size$|_dendrite_ip$|input_obj|^timeout$/.test(name))
      continue; // no axon looks at them
    else expect([name, ours[name]]).toEqual([name, value]);
  }
  expect(Number(ours.timeout)).toBe(Number(headers.timeout));
  expect(ours.bt_header_input_obj_method).toBe(vectors[0]?.headers.bt_header_input_obj_method);
});

test.each(named.filter(([, { headers }]) => headers.name === "Taoception"))(
  "a recorded request is answered at its time, once: %s",
  async (_, { headers, body, hashed }) => {
    const heard: unknown[] = [];
    let now = Number(BigInt(headers.bt_header_dendrite_nonce ?? 0) / 1_000_000n);
    const hear = (of: unknown) => {
      heard.push(of);
      return { status: 202, json: {} };
    };
    await using server = await serveLegacy({
      ...{ keypair: bob, admit: () => true, logger: silentLogger },
      clock: { now: () => now, sleep: async () => {} },
      routes: [
        route({
          ...{ method: "POST", path: "/challenge", body: z.object({ text: z.string() }) },
          handle: ({ body: { text } }) => hear(text),
        }),
        route({ method: "GET", path: "/tree/:hash", handle: ({ parameters }) => hear(parameters.hash) }),
      ],
    });
    const recorded = { method: "POST", path: "/Taoception", headers, body };
    expect(await post(server.port, recorded)).toMatchObject({ status: 200, answer: { status: 202 } });
    expect(heard).toEqual([hashed[0] === "POST" ? "ü€😀\n" : "ab".repeat(32)]);
    expect(await post(server.port, recorded)).toMatchObject({ status: 401, answer: { message: "replayed" } });
    expect(await post(server.port, underAnotherUuid(recorded, null))).toMatchObject({ status: 401 });
    now += 10_001;
    expect(await post(server.port, recorded)).toMatchObject({ status: 401, answer: { message: "stale" } });
    expect(heard).toHaveLength(1);
  },
);

test("a hash of nothing is v10's own, and what has no one text has no hash", () => {
  expect(UNCOVERED).toBe("a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
  expect(() => bodyHash([1.5])).toThrow(RangeError);
  expect(() => bodyHash([2 ** 53])).toThrow(RangeError);
  expect(() => bodyHash(["\ud800"])).toThrow(RangeError);
});
