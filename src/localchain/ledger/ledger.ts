import type { CommitmentField, Hyperparameters } from "../../bittensor/index.ts";
import { canonicalJson, type Hash, hashBytes } from "../../protocol/index.ts";
import type { StoredRow } from "../../yuma/index.ts";
import type { Genesis } from "../genesis.ts";

/** One registered neuron; its place in the list is its uid. */
export interface Neuron {
  readonly hotkey: string;
  readonly coldkey: string;
  readonly registeredAt: number;
  /** Block of its last weights; at first, of its registration. */
  readonly lastUpdate: number;
  readonly axon: { readonly host: string; readonly port: number; readonly block: number } | null;
  readonly weights: StoredRow;
  readonly bonds: StoredRow;
  readonly permit: boolean;
  readonly active: boolean;
  readonly consensus: number;
  readonly incentive: number;
  readonly dividends: number;
  readonly validatorTrust: number;
  readonly rank: number;
  readonly trust: number;
  /** rao that the last epoch gave, as miner and validator. */
  readonly emission: bigint;
}

/** Weights that were committed and are not revealed. */
export interface TimelockedCommit {
  /** Counts the chain's commits. */
  readonly id: number;
  readonly hotkey: string;
  readonly block: number;
  /** The epoch in which it was committed. */
  readonly epoch: number;
  /** The ciphertext in hexadecimal. */
  readonly commit: string;
  /** The beacon's round that opens it. */
  readonly round: number;
}

/** What a hotkey has published, and how many bytes it was charged in the epoch of the last time. */
export interface Published {
  readonly block: number;
  readonly fields: readonly CommitmentField[];
  readonly epoch: number;
  readonly used: number;
}

/**
 * Everything the chain knows after a block. It is never changed: each step gives a new one. What grows by the block
 * alone (the burn's decay, the pending emission) is computed from block numbers, so that empty blocks need no step.
 */
export interface Ledger {
  readonly block: number;
  readonly netuid: number;
  readonly owner: string;
  readonly ownerHotkey: string;
  readonly parameters: Hyperparameters;
  readonly accounts: Readonly<Record<string, { readonly balance: bigint; readonly nonce: number }>>;
  /** The coldkey of every hotkey that was ever registered. */
  readonly coldkeys: Readonly<Record<string, string>>;
  /** rao by hotkey, then by the coldkey that staked it. */
  readonly stakes: Readonly<Record<string, Readonly<Record<string, bigint>>>>;
  readonly neurons: readonly Neuron[];
  /** The price of a registration as it was in a block; it halves from there. */
  readonly burn: { readonly price: bigint; readonly block: number };
  readonly registrations: { readonly block: number; readonly count: number };
  readonly epoch: { readonly index: number; readonly block: number };
  /** The block for which the owner asked for an epoch. */
  readonly epochAsked: number | null;
  /** Emission of earlier epochs that nobody got. */
  readonly carried: bigint;
  /** Unrevealed weights, in the order of their commits. */
  readonly commits: readonly TimelockedCommit[];
  readonly commitCount: number;
  /** What hotkeys have published. */
  readonly commitments: Readonly<Record<string, Published>>;
}

/** The ledger of block 0. */
export function firstLedger({ netuid, owner, ownerHotkey, accounts, parameters }: Genesis): Ledger {
  return {
    block: 0,
    netuid,
    owner,
    ownerHotkey,
    parameters,
    accounts: Object.fromEntries(
      Object.entries(accounts).map(([address, rao]) => [address, { balance: BigInt(rao), nonce: 0 }]),
    ),
    coldkeys: {},
    stakes: {},
    neurons: [],
    burn: { price: BigInt(parameters.minBurn), block: 0 },
    registrations: { block: 0, count: 0 },
    epoch: { index: 0, block: 0 },
    epochAsked: null,
    carried: 0n,
    commits: [],
    commitCount: 0,
    commitments: {},
  };
}

/** A name for all that a ledger holds: equal ledgers have equal hashes. */
export function ledgerHash(ledger: Ledger): Hash {
  return hashBytes(canonicalJson(plain(asWritten(ledger))));
}

/** Without what a ledger has not begun to use: the logs of chains that are older than these members stay good. */
function asWritten({ commits, commitCount, commitments, parameters, ...ledger }: Ledger): object {
  const { commitRevealEnabled, revealPeriodEpochs, commitRevealVersion, ...rules } = parameters;
  return {
    ...ledger,
    parameters: commitRevealEnabled ? parameters : rules,
    ...(commitCount > 0 ? { commits, commitCount } : {}),
    ...(Object.keys(commitments).length > 0 ? { commitments } : {}),
  };
}

/** Amounts as decimal strings, which JSON can carry. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

const nobody = { balance: 0n, nonce: 0 };

/** An account; one that was never heard of is empty. */
export function accountOf({ accounts }: Ledger, address: string) {
  return accounts[address] ?? nobody;
}

/** Add to a balance, or take from it with a negative amount. */
export function credit(ledger: Ledger, address: string, rao: bigint): Ledger {
  const { balance, nonce } = accountOf(ledger, address);
  return { ...ledger, accounts: { ...ledger.accounts, [address]: { balance: balance + rao, nonce } } };
}

/** All stake on a hotkey, in rao. */
export function stakeOf({ stakes }: Ledger, hotkey: string): bigint {
  return Object.values(stakes[hotkey] ?? {}).reduce((sum, rao) => sum + rao, 0n);
}

/** Add to what a coldkey has staked on a hotkey, or take from it with a negative amount. */
export function addToStake(ledger: Ledger, hotkey: string, coldkey: string, rao: bigint): Ledger {
  const { [coldkey]: before = 0n, ...others } = ledger.stakes[hotkey] ?? {};
  const after = before + rao;
  const shares = after === 0n ? others : { ...others, [coldkey]: after };
  return { ...ledger, stakes: { ...ledger.stakes, [hotkey]: shares } };
}

/** The neuron of a hotkey with its uid, or null. */
export function neuronOf({ neurons }: Ledger, hotkey: string): (Neuron & { readonly uid: number }) | null {
  const uid = neurons.findIndex((neuron) => neuron.hotkey === hotkey);
  const neuron = neurons[uid];
  return neuron === undefined ? null : { ...neuron, uid };
}

/** Change one neuron. */
export function withNeuron(ledger: Ledger, uid: number, change: Partial<Neuron>): Ledger {
  return {
    ...ledger,
    neurons: ledger.neurons.map((neuron, index) => (index === uid ? { ...neuron, ...change } : neuron)),
  };
}
