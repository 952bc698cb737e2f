import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import {
  developmentKeypair,
  keyOf,
  newPhrase,
  openChain,
  readKeyfile,
  walletPlace,
  writeStoredKey,
} from "../../src/bittensor/index.ts";
import { type LocalChain, startLocalChain } from "../../src/localchain/index.ts";
import { runChild, Secret } from "../../src/platform/index.ts";

// Programs as operators start them: by wallet and network, on a chain that knows the hotkey.
const launcher = (name: string) => fileURLToPath(new URL(`../../neurons/${name}.mjs`, import.meta.url));
const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const owner = developmentKeypair("Charlie");
let root: string;
let local: LocalChain;
let environment: Record<string, string>;
let wallet: string[];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "neuron-"));
  const genesis = {
    owner: owner.address,
    ownerHotkey: owner.address,
    accounts: { [owner.address]: "1000000000000000" },
  };
  local = await startLocalChain({ genesis, home: join(root, "chain"), blockMs: 50 });
  environment = { PATH: process.env.PATH ?? "", HOME: root, TAOCEPTION_CACHE: join(root, "cache") };
  wallet = ["--wallet.path", join(root, "wallets"), "--wallet.name=work", "--wallet.hotkey", "first"];
  await runChild([process.execPath, main, "wallet", "new", ...wallet, "--no-password"], { env: environment });
});
afterAll(async () => {
  await local?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

interface Started {
  child: ChildProcess;
  ready: { port: number; hotkey: string; metrics: string };
  told: () => string;
}

function start(name: string, words: string[], env: Record<string, string> = environment): Promise<Started> {
  const all = [
    ...wallet,
    "--subtensor.chain_endpoint",
    local.url,
    "--netuid=1",
    "--home",
    root,
    "--local",
    ...words,
  ];
  const child = spawn(process.execPath, [launcher(name), ...all], { env, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let told = "";
  child.stderr.on("data", (chunk: Buffer) => {
    told += chunk;
  });
  // a validator's events may come before it is ready
  const ready = new Promise<Started>((resolve) =>
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said = JSON.parse(line);
      if (said.port !== undefined) resolve({ child, ready: said, told: () => told });
    }),
  );
  return Promise.race([ready, once(child, "close").then(() => Promise.reject(new Error(told)))]);
}

const network = () => new URL(local.url).host.replace(":", "-");

test("a miner by wallet: told how to register, then healthy, counted, alone in its home, and ended by SIGTERM", async () => {
  await expect(start("miner", [])).rejects.toThrow(
    /is not registered on subnet 1 — register the hotkey first/,
  );
  const hotkey = await readKeyfile(
    walletPlace({ path: join(root, "wallets"), name: "work", hotkey: "first" }, {}).hotkey,
  );
  await openChain({ url: local.url, pollMs: 20 }).register({ netuid: 1, hotkey: hotkey.address }, owner);

  await expect(start("miner", ["--netuid=5"])).rejects.toThrow(/has no subnet 5 — correct --netuid/);
  const nowhere = ["--subtensor.chain_endpoint", "http://127.0.0.1:9"];
  await expect(start("miner", nowhere)).rejects.toThrow(/no chain answers at http:\/\/127.0.0.1:9/);

  const words = [
    "--metrics.port=0",
    "--neuron.device",
    "cuda",
    "--wandb.off",
    "--logging.debug",
    "--axon.max_workers=8",
    ...["--agent", "bash"],
  ];
  const { child, ready, told } = await start("miner", words);
  expect(ready.hotkey).toBe(hotkey.address);
  expect(told()).toContain("--neuron.device means nothing here: nothing here runs on a GPU\n");
  expect(told()).toContain("--wandb.off means nothing here");
  expect(told()).toMatch(
    /the agent bash cannot work: no model is configured .*repair, which needs no model, takes its place/,
  );
  const home = join(root, "neurons", network(), "1", "work", "first", "miner");
  const pid = Number(await readFile(join(home, "pid"), "utf8"));
  expect((await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0")).toContain("miner");

  const health = await fetch(`${ready.metrics}/healthz`);
  expect([health.status, await health.json()]).toEqual([
    200,
    { ok: true, parts: ["chain", "registration", "sandbox", "disk"].map((name) => ({ name, ok: true })) },
  ]);
  const metrics = await fetch(`${ready.metrics}/metrics`);
  expect(metrics.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const text = await metrics.text();
  expect(text).toMatch(/^taoception_miner_jobs_waiting 0$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  for (const [path, status] of [
    ["/", 404],
    ["/metrics/../x", 404],
  ] as const)
    expect((await fetch(ready.metrics + path)).status).toBe(status);
  expect((await fetch(`${ready.metrics}/metrics`, { method: "POST", body: "x" })).status).toBe(405);

  await expect(start("miner", [])).rejects.toThrow(`is in use by process ${pid} — stop that one`);

  child.kill("SIGTERM");
  expect(await once(child, "close")).toEqual([0, null]);
  await expect(readFile(join(home, "pid"))).rejects.toMatchObject({ code: "ENOENT" });
}, 60_000);

test("a validator by an encrypted hotkey says which of its parts are off, and is sick while the chain is away", async () => {
  const password = "long enough 7";
  const place = walletPlace({ path: join(root, "wallets"), name: "work", hotkey: "second" }, {});
  const key = keyOf({ phrase: newPhrase(12) });
  if (!key) throw new Error("no key");
  const files = { path: place.hotkey, publicPath: place.hotkeyPublic };
  await writeStoredKey(files, key, { password: new Secret(password) });
  const accounts = { [owner.address]: "1000000000000000" };
  const genesis = { owner: owner.address, ownerHotkey: key.address, accounts };
  const away = await startLocalChain({ genesis, home: join(root, "another"), blockMs: 50 });
  const words = ["--wallet.hotkey", "second", "--subtensor.chain_endpoint", away.url, "--metrics.port", "0"];
  await expect(start("validator", words)).rejects.toThrow(
    /is encrypted, and there is no password for it — set BT_WALLET_PASSWORD/,
  );
  const unlocked = { ...environment, BT_WALLET_PASSWORD: password };
  await expect(start("validator", words, unlocked)).rejects.toThrow(
    /is not registered on subnet 1 — register/,
  );
  await openChain({ url: away.url, pollMs: 20 }).register({ netuid: 1, hotkey: key.address }, owner);
  const off = ["--offline", "--neuron.disable_set_weights"];
  const { child, ready } = await start("validator", [...words, ...off], unlocked);
  expect(ready.hotkey).toBe(key.address);
  await away[Symbol.asyncDispose]();
  const health = await fetch(`${ready.metrics}/healthz`);
  const { ok, parts } = z.object({ ok: z.boolean(), parts: z.array(z.unknown()) }).parse(await health.json());
  expect([health.status, ok]).toEqual([503, false]);
  expect(parts).toEqual([
    ...["chain", "registration"].map((name) => ({ name, ok: false, reason: expect.any(String) })),
    ...["record", "sandbox", "disk"].map((name) => ({ name, ok: true })),
  ]);
  expect(await (await fetch(`${ready.metrics}/metrics`)).text()).toMatch(/^taoception_validator_workers 0$/m);
  child.kill("SIGTERM");
  expect((await once(child, "close"))[0]).toBe(0);
}, 120_000);
