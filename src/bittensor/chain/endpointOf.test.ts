import { expect, test } from "vitest";
import { endpointOf, NETWORKS } from "./endpointOf.ts";

test.each([
  [{ network: "finney" }, "wss://entrypoint-finney.opentensor.ai:443"],
  [{ network: "Finney " }, "wss://entrypoint-finney.opentensor.ai:443"],
  [{ network: "test" }, "wss://test.finney.opentensor.ai:443"],
  [{ network: "archive" }, "wss://archive.chain.opentensor.ai:443"],
  [{ network: "lite" }, "wss://lite.sub.latent.to:443"],
  [{ network: "local" }, "ws://127.0.0.1:9944"],
  [{ endpoint: "local" }, "ws://127.0.0.1:9944"],
  [{ network: "ws://10.0.0.1:9944" }, "ws://10.0.0.1:9944"],
  [{ network: "10.0.0.1:9944" }, "ws://10.0.0.1:9944"],
  [{ network: "finney", endpoint: "wss://node.example:443/rpc" }, "wss://node.example:443/rpc"],
  [{ network: "finney", endpoint: "http://127.0.0.1:8000" }, "http://127.0.0.1:8000"],
  [{ network: "local", endpoint: "" }, "ws://127.0.0.1:9944"],
  [{}, undefined],
  [{ network: " " }, undefined],
])("%j is %s", (given, address) => expect(endpointOf(given)).toBe(address));

test.each(["nowhere", "file:///etc/passwd", "ws://", "toString", "__proto__", "ftp://host:1", "a b:1"])(
  "%s is neither",
  (network) => {
    expect(() => endpointOf({ network })).toThrow(expect.objectContaining({ code: "bad-endpoint" }));
  },
);

test("every name has an address of its own", () => {
  expect(new Set(NETWORKS.map((network) => endpointOf({ network }))).size).toBe(NETWORKS.length);
});
