import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openChain, readStoredKey, signerOf, walletPlace } from "../../src/bittensor/index.ts";
import { type LocalChain, startLocalChain } from "../../src/localchain/index.ts";
import { Secret } from "../../src/platform/index.ts";

// Every command of the guides is typed as it stands there, in order, with a chain of our own behind BT_CHAIN_ENDPOINT.
const root = fileURLToPath(new URL("../..", import.meta.url));
let home: string;
let local: LocalChain;
let environment: Record<string, string>;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "guides-"));
  await mkdir(join(home, "bin"));
  // what npx finds in a clone
  const npx = `#!/bin/sh\nshift\nexec ${process.execPath} ${join(root, "src/cli/main.ts")} "$@"\n`;
  await writeFile(join(home, "bin", "npx"), npx);
  await chmod(join(home, "bin", "npx"), 0o755);
});
afterAll(() => rm(home, { recursive: true, force: true }));
const running = new Set<ChildProcess>();
afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
  await local?.[Symbol.asyncDispose]();
});

const commandsIn = async (guide: string) => {
  const text = await readFile(join(root, "docs/guides", `${guide}.md`), "utf8");
  return [...text.matchAll(/^```sh\n([\s\S]*?)\n```$/gm)].flatMap(([, code = ""]) => code.split("\n"));
};

/** Type a command; one that goes on is left running once it has told that it is ready. */
async function type(command: string): Promise<string> {
  const goesOn = /^npx taoception (?:miner|validator|up) /.test(command);
  const child = spawn("/bin/sh", ["-c", command.startsWith("export ") ? command : `exec ${command}`], {
    cwd: home,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const ended = once(child, "close").then(([code]) => {
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${said}`);
    return said;
  });
  if (!goesOn) return ended;
  running.add(child);
  ended.catch(() => {});
  const ready = once(createInterface({ input: child.stdout }), "line").then(() => said);
  return Promise.race([ready, ended]);
}

/** A chain on which that wallet's coldkey has funds; the wallet is made by the guide itself. */
async function openWorld(name: string): Promise<void> {
  environment = {
    PATH: `${join(home, "bin")}:${process.env.PATH}`,
    HOME: home,
    BT_WALLET_PASSWORD: "a long word 4",
    BT_WALLET_NAME: name,
    TAOCEPTION_CACHE: join(home, "cache"),
  };
}

test.each([
  ["run-a-miner", "miner"],
  ["run-a-validator", "validator"],
])(
  "%s works as it stands there",
  async (guide, hotkey) => {
    await openWorld("me");
    const commands = await commandsIn(guide);
    const made = commands.findIndex((command) => command.startsWith("npx taoception wallet new"));
    expect(made).toBeGreaterThanOrEqual(0);
    const place = walletPlace({ path: join(home, ".bittensor/wallets"), name: "me", hotkey }, {});
    for (const command of commands.slice(0, made + 1)) await type(command);
    const coldkey = signerOf(
      await readStoredKey(place.coldkey, { environment: {}, explicit: new Secret("a long word 4") }),
    );
    if (!coldkey) throw new Error("no coldkey");
    const genesis = {
      owner: coldkey.address,
      ownerHotkey: coldkey.address,
      accounts: { [coldkey.address]: "9000000000000000" },
    };
    local = await startLocalChain({ genesis, home: join(home, `chain-${guide}`), blockMs: 50 });
    environment.BT_CHAIN_ENDPOINT = local.url;
    for (const command of commands.slice(made + 1)) {
      const said = await type(command);
      if (command.includes("/healthz"))
        expect(JSON.parse(said.slice(said.indexOf("{")))).toMatchObject({ ok: true });
      if (command.includes("/metrics")) expect(said).toMatch(/^taoception_\w+ /m);
    }
    const { neurons } = await openChain({ url: local.url }).metagraph(1);
    const { address } = await readStoredKey(place.hotkey, { environment: {} });
    expect(neurons.find((neuron) => neuron.hotkey === address)?.axon).toMatchObject({ host: "203.0.113.7" });
  },
  120_000,
);
