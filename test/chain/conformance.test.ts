import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { developmentKeypair, openChain } from "../../src/bittensor/index.ts";
import { startLocalChain } from "../../src/localchain/index.ts";
import { silentLogger } from "../../src/platform/index.ts";
import { conformance, type Stage } from "./conformance.ts";
import { openLine } from "./line.ts";
import { account, missing, openRealChain } from "./realChain.ts";

if (missing) console.warn(`test/chain/conformance.test.ts tries the embedded chain alone: ${missing}`);
const key = developmentKeypair;
const keys = {
  validator: key("Validator"),
  miners: [key("A"), key("B")] as [never, never],
  nobody: key("Nobody"),
};
const rateLimit = 8;

async function embedded(): Promise<Stage> {
  const home = await mkdtemp(join(tmpdir(), "chain-"));
  const coldkey = key("Owner");
  const genesis = {
    owner: coldkey.address,
    ownerHotkey: key("OwnerHotkey").address,
    accounts: { [coldkey.address]: "10000000000000", [keys.nobody.address]: "10000000000000" },
    parameters: { tempo: 20, weightsSetRateLimit: rateLimit },
  };
  const start = (port = 0) => startLocalChain({ genesis, home, blockMs: 20, port, logger: silentLogger });
  let running = await start();
  const { url, port } = running;
  return {
    netuid: 1,
    ...{ coldkey, rateLimit, host: "8.8.8.8", triggers: true },
    open: () => openChain({ url, pollMs: 5 }),
    async restart() {
      await running[Symbol.asyncDispose]();
      running = await start(port);
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await rm(home, { recursive: true });
    },
  };
}

/** The user's runtime, with a subnet of Alice's on it; its tempo is 10. */
async function real(): Promise<Stage> {
  const real = await openRealChain({ blockMs: 100 });
  const { api, chain, put } = real;
  const alice = account("Alice");
  let nonce = 0;
  const done = (tx: unknown) => put(tx, alice, nonce++);
  const sudo = (name: string, fields: object) =>
    done(api.tx.Sudo.sudo({ call: api.tx.AdminUtils[name](fields).decodedCall }));
  await sudo("sudo_set_network_rate_limit", { rate_limit: 0n });
  await done(api.tx.SubtensorModule.register_network({ hotkey: key("OwnerHotkey").address }));
  const netuid = 2; // after root and the one of block 0
  for (let blocks = 0; blocks < 12; blocks += 1) chain.node.produce(); // start_call may be called only then
  await done(api.tx.SubtensorModule.start_call({ netuid }));
  await sudo("sudo_set_weights_set_rate_limit", { netuid, weights_set_rate_limit: BigInt(rateLimit) });
  await sudo("sudo_set_serving_rate_limit", { netuid, serving_rate_limit: 0n });
  await sudo("sudo_set_target_registrations_per_interval", {
    netuid,
    target_registrations_per_interval: 100,
  });
  const line = await openLine(chain.port);
  const ends = new AbortController();
  return {
    netuid,
    ...{ coldkey: key("Alice"), rateLimit, host: "8.8.8.8", triggers: false },
    open: () => openChain({ url: `ws://127.0.0.1:${line.port}`, netuid, pollMs: 30, signal: ends.signal }),
    restart: () => line.cut(700),
    async [Symbol.asyncDispose]() {
      ends.abort();
      await line[Symbol.asyncDispose]();
      await real[Symbol.asyncDispose]();
    },
  };
}

describe("the embedded chain over http", () => conformance(embedded, keys));
describe.skipIf(missing)(missing ? `skipped: ${missing}` : "a real runtime over ws", () =>
  conformance(real, keys),
);
