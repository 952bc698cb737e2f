import { join, resolve } from "node:path";
import type { Role } from "../platform/index.ts";
import { Event } from "../protocol/index.ts";
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
  /** The subnet asks for timelocked weights. */
  commitReveal?: boolean;
  databaseUrl?: string;
  /** The agent of a fourth miner; absent: there is none. */
  agent?: string;
  /** Ask no package index. */
  offline?: boolean;
  /** Processes that judge patches; 0 or absent: the validator itself does. */
  workers?: number;
}

/** How many candidate patches each miner of a local subnet may try: a hasty one, a middling one, a patient one. */
export const BUDGETS: readonly number[] = [1, 8, 600];

/** A miner of a local subnet: who it is, and how it works. */
export interface Mining extends Wallet {
  agent: string;
  candidates: number;
}

/** What a miner is called where people read it. */
const displayName = ({ name, agent, candidates }: Mining) =>
  `${name} (${agent === "repair" ? candidates : agent})`;

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
  miners: readonly Mining[],
  url: string,
  netuid: number,
  options: SubnetOptions,
  onEvent: (event: Event) => void,
): Role {
  const { home, cache, rounds, package: only, path, deadline } = options;
  const names = Object.fromEntries(miners.map((miner) => [miner.hotkey.address, displayName(miner)]));
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
      ...(options.workers ? ["--workers", String(options.workers)] : []),
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

/** A miner with its agent. */
export function minerRole(
  { name, keyfile, agent, candidates }: Mining,
  url: string,
  netuid: number,
  { home, cache }: Pick<SubnetOptions, "home" | "cache">,
): Role {
  return {
    name,
    words: () => [
      ...["miner", "--home", join(home, "miners", name), "--keyfile", keyfile],
      ...["--chain", url, "--netuid", String(netuid), "--local"],
      ...["--agent", agent, "--candidates", String(candidates), "--name", name],
      ...(cache === undefined ? [] : ["--cache", cache]),
    ],
    readyMs: 60_000,
    graceMs: 10_000,
    mayEnd: false,
  };
}
