import { expect, test } from "vitest";
import { endpointOf } from "./endpoint.ts";

test.each([
  [{}, {}, "finney", "wss://entrypoint-finney.opentensor.ai:443"],
  [{ network: "test" }, { BT_CHAIN_ENDPOINT: "ws://a:1" }, "test", "wss://test.finney.opentensor.ai:443"],
  [{ network: "local" }, {}, "local", "ws://127.0.0.1:9944"],
  [{ network: "Finney " }, {}, "finney", "wss://entrypoint-finney.opentensor.ai:443"],
  [{ network: "mainnet" }, {}, "finney", "wss://entrypoint-finney.opentensor.ai:443"],
  [{ network: "lite" }, {}, "latentlite", "wss://lite.sub.latent.to:443"],
  [{ network: "10.0.0.1:9944" }, {}, "10.0.0.1-9944", "ws://10.0.0.1:9944"],
  [{ network: "finney", endpoint: "ws://127.0.0.1:9944" }, {}, "local", "ws://127.0.0.1:9944"],
  [{ network: "ws://node.example:9944/x" }, {}, "node.example-9944", "ws://node.example:9944/x"],
  [{ endpoint: "http://127.0.0.1:4711" }, {}, "127.0.0.1-4711", "http://127.0.0.1:4711"],
  [{ endpoint: "http://[::1]:4711" }, {}, "-1-4711", "http://[::1]:4711"],
  [{}, { BT_SUBTENSOR_NETWORK: "test" }, "test", "wss://test.finney.opentensor.ai:443"],
  [{}, { BT_CHAIN_ENDPOINT: "", BT_SUBTENSOR_CHAIN_ENDPOINT: "ws://b:2" }, "b-2", "ws://b:2"],
])("%j with %j is %s at %s", (given, environment, network, url) => {
  expect(endpointOf(given, environment)).toEqual({ network, url });
});

test.each(["nowhere", "toString", "__proto__", "ws://", "a b:1", "ftp://x", "file:///etc/passwd", "../x"])(
  "%s is refused",
  (named) => {
    expect(() => endpointOf({ network: named })).toThrow(/neither a network nor an address/);
  },
);
