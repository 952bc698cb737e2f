import { join } from "node:path";
import { openChain } from "../bittensor/index.ts";
import { holdHome, type Kept, keep, type Launcher, type Role, systemClock } from "../platform/index.ts";
import type { Event } from "../protocol/index.ts";
import { enrol } from "./enrol.ts";
import { startAll } from "./fleet.ts";
import { NETUID, writeGenesis } from "./genesis.ts";
import { endEarlier, noteProcess } from "./processes.ts";
import { BUDGETS, chainRole, type Mining, minerRole, type SubnetOptions, validatorRole } from "./roles.ts";
import { openWallet } from "./wallets.ts";

/**
 * Run a whole subnet on this machine until its rounds are over or the signal aborts: wallets, chain, validator,
 * miners. A second run with the same home goes on where this one was. However it ends, the programs end before it,
 * the validator first, so that its record is whole. A signal before the asked rounds are over is thrown.
 */
export async function runSubnet(
  options: SubnetOptions,
  {
    launcher,
    onEvent,
    onProgress,
    signal,
  }: {
    launcher: Launcher;
    /** Each event of the validator's record, once and in order. */
    onEvent: (event: Event) => void;
    /** What goes on, for people; `lasting` when it is worth knowing for as long as the subnet runs. */
    onProgress: (text: string, lasting?: boolean) => void;
    signal: AbortSignal;
  },
): Promise<void> {
  const { home, rounds, databaseUrl, agent } = options;
  const clock = systemClock;
  await using _held = await holdHome(home);
  const onWait = () => onProgress("waiting for the programs of an earlier run to end");
  await endEarlier(home, { clock, onWait, signal });

  const [owner, validator, ...wallets] = await Promise.all(
    ["owner", "validator", ...BUDGETS.map((_, at) => `miner-${at + 1}`)].map((name) =>
      openWallet(home, name),
    ),
  );
  if (!owner || !validator) return;
  const miners: Mining[] = wallets.map((wallet, at) => ({
    ...wallet,
    agent: "repair",
    candidates: BUDGETS[at] ?? 1,
  }));
  if (agent !== undefined) {
    // it may come to a chain that is there already, so the owner pays for it
    const wallet = { ...(await openWallet(home, `miner-${agent}`)), coldkey: owner.coldkey };
    miners.push({ ...wallet, agent, candidates: BUDGETS.at(-1) ?? 1 });
  }
  const start = (role: Role, until: AbortSignal, environment: Record<string, string> = {}): Promise<Kept> =>
    keep(role, {
      launcher: { ...launcher, environment: { ...launcher.environment, ...environment } },
      clock,
      onStart: (pid) => noteProcess(home, role.name, pid),
      onNote: (text) => onProgress(text),
      signal: until,
    });

  await using running = new AsyncDisposableStack();
  onProgress("starting the chain");
  const genesis = await writeGenesis(options, { owner, validator, miners: wallets });
  const chain = running.use(await start(chainRole(options, genesis), signal));
  const url = `http://127.0.0.1:${chain.ready.port}`;
  onProgress(`the chain answers at ${url}`, true);
  onProgress(`a coldkey with funds for neurons of your own: ${join(home, "wallets/owner/coldkey")}`, true);
  onProgress("registering the validator and its miners");
  await enrol(NETUID, [validator, ...miners], openChain({ url, clock, signal }));

  onProgress("starting the validator and its miners");
  const database: Record<string, string> = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
  const [judging, ...mining] = await startAll(
    [
      (until) => start(validatorRole(validator, miners, url, NETUID, options, onEvent), until, database),
      ...miners.map((miner) => (until: AbortSignal) => start(minerRole(miner, url, NETUID, options), until)),
    ],
    signal,
  );
  if (!judging) return;
  running.defer(async () => {
    await Promise.all(mining.map((miner) => miner[Symbol.asyncDispose]()));
  });
  running.use(judging);
  onProgress("everything runs");
  running.defer(() => onProgress("ending the validator, the miners and the chain"));

  await Promise.race([judging.ended, ...[chain, ...mining].map(neverEnds), aborted(signal)]);
  if (signal.aborted && rounds !== undefined) throw signal.reason;
}

/** Only a failure of it counts. */
async function neverEnds({ ended }: Kept): Promise<never> {
  await ended;
  return new Promise(() => {});
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
