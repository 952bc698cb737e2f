import type { Keypair } from "../bittensor/index.ts";
import type { ModelConfiguration } from "../llm/index.ts";
import type { Environment } from "../pypi/index.ts";

/** What a validator is told; every path absolute. */
export interface ValidatorOptions {
  home: string;
  cache: string;
  /** Its hotkey. */
  keypair: Keypair;
  /** Where the chain answers. */
  chain: string;
  netuid: number;
  /** The address to listen at, and that under which miners reach it, where that is another. */
  host: string;
  external: { host: string | undefined; port: number | undefined };
  /** Where /healthz and /metrics are served; null = nowhere. */
  metrics: { host: string; port: number } | null;
  /** End after so many rounds; absent = go on. */
  rounds?: number;
  /** The one package of every round, or the folder that takes its place. */
  package?: { name: string; version: string | null };
  path?: string;
  deadlineMs: number;
  /** 0 = the port of last time, else a free one. */
  port: number;
  /** Miners at loopback addresses are asked: a subnet on one machine. */
  local: boolean;
  /** Miners that speak v10 alone are asked and heard too. */
  legacy: boolean;
  /** Names of hotkeys, for people. */
  names: Readonly<Record<string, string>>;
  /** Events after this one are told; absent = those that are appended from now on. */
  after?: number;
  databaseUrl?: string;
  /** Ask no index; so it is too where none answers. */
  offline?: boolean;
  uv: string;
  /** The person's environment: for the index's address and the sandbox, and nothing else. */
  environment: Environment;
  model: ModelConfiguration;
  /** Whether weights are set at all. */
  setsWeights: boolean;
  /** Whether there is a token by which pull requests can be opened. */
  mayOpenPullRequests: boolean;
  /** Weights are set from answers over the wire, although a public fix can be looked up; so they are where it is local. */
  wireEarns: boolean;
  /** All weight to the subnet owner's uid while nobody has earned: the chain burns what that earns. */
  burn?: boolean;
  /** How many processes judge patches; 0 = this one does. */
  workers: number;
}
