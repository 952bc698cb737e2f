import { join, resolve } from "node:path";
import { Event } from "../protocol/index.ts";
import type { Role } from "./keep.ts";
import type { Wallet } from "./wallets.ts";

/** What a local subnet is asked for. */
export interface SubnetOptions {
  /** The folder that all of its state lives in. */
  home: string;
  /** What can be fetched or built again, shared with other homes; absent: the user's cache folder. */
  cache?: string;
  /** End after so many rounds; absent: go on. */
  rounds?: number;
  package?: string;
  path?: string;
  /** Seconds that miners have for a challenge. */
  deadline: number;
  blockMs: number;
  /** Blocks between two epochs. */
  tempo: number;
  databaseUrl?: string;
  /** Ask no package index. */
  offline?: boolean;
}

/** How many candidate patches each miner of a local subnet may try: a hasty one, a middling one, a patient one. */
export const BUDGETS: readonly number[] = [12, 60, 400];

/** What miners are called where people read it. */
export const displayName = (miner: Wallet, at: number) => `${miner.name} (${BUDGETS[at]})`;

/** The embedded chain. */
export function chainRole({ home, blockMs }: Pick<SubnetOptions, "home" | "blockMs">, genesis: string): Role {
  return {
    name: "chain",
    words: (port) => [
      ...["chain", "run", "--home", join(home, "chain")],
      ...["--genesis", genesis, "--block-ms", String(blockMs), "--port", String(port)],
    ],
    readyMs: 30_000,
    graceMs: 5_000,
    mayEnd: false,
  };
}

/**
 * The validator. `onEvent` gets each event of the record once and in order, also over a restart: the program is
 * then asked for the events after the last one heard.
 */
export function validatorRole(
  wallet: Wallet,
  miners: readonly Wallet[],
  url: string,
  netuid: number,
  options: SubnetOptions,
  onEvent: (event: Event) => void,
): Role {
  const { home, cache, rounds, package: only, path, deadline } = options;
  const names = Object.fromEntries(miners.map((miner, at) => [miner.hotkey.address, displayName(miner, at)]));
  let seen = -1;
  return {
    name: "validator",
    words: () => [
      ...["validator", "--home", join(home, "validator"), "--keyfile", wallet.keyfile],
      ...["--chain", url, "--netuid", String(netuid), "--local"],
      ...["--deadline", String(deadline), "--names", JSON.stringify(names)],
      ...(cache === undefined ? [] : ["--cache", cache]),
      ...(rounds === undefined ? [] : ["--rounds", String(rounds)]),
      ...(only === undefined ? [] : ["--package", only]),
      ...(path === undefined ? [] : ["--path", resolve(path)]),
      ...(options.offline ? ["--offline"] : []),
      ...(seen < 0 ? [] : ["--after", String(seen)]),
    ],
    readyMs: 120_000,
    graceMs: 30_000,
    mayEnd: rounds !== undefined,
    onLine: (value) => {
      const event = Event.safeParse(value);
      if (!event.success || event.data.seq <= seen) return;
      seen = event.data.seq;
      onEvent(event.data);
    },
  };
}

/** A miner with the built-in agent. */
export function minerRole(
  { name, keyfile }: Wallet,
  candidates: number,
  url: string,
  netuid: number,
  { home, cache }: Pick<SubnetOptions, "home" | "cache">,
): Role {
  return {
    name,
    words: () => [
      ...["miner", "--home", join(home, "miners", name), "--keyfile", keyfile],
      ...["--chain", url, "--netuid", String(netuid), "--local"],
      ...["--agent", "repair", "--candidates", String(candidates), "--name", name],
      ...(cache === undefined ? [] : ["--cache", cache]),
    ],
    readyMs: 60_000,
    graceMs: 10_000,
    mayEnd: false,
  };
}
