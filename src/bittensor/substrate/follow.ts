import { blake2b } from "@noble/hashes/blake2.js";
import { z } from "zod";
import { type Clock, TaoceptionError } from "../../platform/index.ts";
import type { Hash } from "../../protocol/index.ts";
import { decodeAddress } from "../ss58.ts";
import { BlockHash, type Node } from "./node.ts";
import { dispatchError } from "./refusals.ts";
import { type Birth, ERA_BLOCKS } from "./signing.ts";

/** An extrinsic in a final block, and the name of what failed, if its call did. */
export interface Followed {
  block: number;
  hash: Hash;
  error: string | null;
}

/** What was sent: its bytes, and what decides when it can no longer come into a block. */
export interface Sent {
  extrinsic: string;
  bytes: Uint8Array;
  nonce: number;
  birth: Birth;
  address: string;
}

/** Polls between two offers of the same bytes: a node that was restarted has forgotten what waited in it. */
const RESEND = 10;
/** Polls in a row that may fail, each after some seconds of trying, before it is given up. */
const MOST_TROUBLES = 20;
const Body = z.object({
  block: z.object({
    header: z.object({ parentHash: BlockHash }),
    extrinsics: z.array(z.string()).max(100_000),
  }),
});
const Events = z.array(
  z.object({
    phase: z.object({ type: z.string(), value: z.unknown() }),
    event: z.object({ type: z.string(), value: z.object({ type: z.string(), value: z.unknown() }) }),
  }),
);

/**
 * Look through final blocks for an extrinsic. `undefined` once it is certain that it is in none and will be in none:
 * its era is over, its nonce was used by another, or the chain is not that on which it was signed.
 * TaoceptionError `chain-slow` after `deadline`: then nothing is certain.
 */
export async function follow(
  { extrinsic, bytes, nonce, birth, address }: Sent,
  {
    node,
    resend,
    deadline,
    clock,
    pollMs,
    signal,
  }: {
    node: Node;
    resend: () => Promise<void>;
    deadline: number;
    clock: Clock;
    pollMs: number;
    signal?: AbortSignal | undefined;
  },
): Promise<Followed | undefined> {
  const last = birth.number + ERA_BLOCKS;
  let next = birth.number + 1;
  let seen = "";
  let troubles: unknown[] = [];
  for (let poll = 1; ; poll += 1) {
    try {
      const found = await look();
      if (found !== "not yet") return found === "never" ? undefined : found;
      troubles = [];
    } catch (error) {
      if (!isPassing(error)) throw error;
      troubles.push(error);
    }
    if (clock.now() > deadline || troubles.length > MOST_TROUBLES)
      throw new TaoceptionError(
        "chain-slow",
        `the call is in no final block yet; it may be until block ${last}`,
        {
          cause: troubles.at(-1),
          retryable: false, // asked for again it could be done twice
          mend: "look at the chain before it is asked for again",
        },
      );
    if (poll % RESEND === 0) await resend();
    await clock.sleep(pollMs, signal);
  }

  /** Go through the final blocks that were not looked through yet. */
  async function look(): Promise<Followed | "never" | "not yet"> {
    const hash = await node.ask("chain_getFinalizedHead", [], BlockHash);
    if (hash === seen) return "not yet";
    const number = await node.numberOf(hash);
    if (number >= next) {
      const born = await hashAt(birth.number);
      if (born === null) return "not yet"; // a node that is behind the one that told of the head
      if (born !== birth.hash) return "never";
      for (; next <= Math.min(number, last); next += 1) {
        const at = await hashAt(next);
        if (at === null) return "not yet";
        const found = await inBlock(next, at);
        if (found) return found;
      }
      if (next > last || (await nonceAt(hash)) > nonce) return "never";
    }
    seen = hash;
    return "not yet";
  }

  async function hashAt(number: number): Promise<string | null> {
    return node.ask("chain_getBlockHash", [number], BlockHash.nullable());
  }

  async function inBlock(number: number, hash: string): Promise<Followed | undefined> {
    const { block } = await node.ask("chain_getBlock", [hash], Body);
    const index = block.extrinsics.indexOf(extrinsic);
    if (index < 0) return undefined;
    const view = await node.at({ number, hash }, block.header.parentHash);
    const { events } = await view.read({ events: view.runtime.storage("System", "Events", []) });
    const ours = Events.parse(events).flatMap(({ phase, event }) =>
      phase.type === "ApplyExtrinsic" && phase.value === index && event.type === "System"
        ? [event.value]
        : [],
    );
    const failed = ours.find(({ type }) => type === "ExtrinsicFailed");
    if (!failed && !ours.some(({ type }) => type === "ExtrinsicSuccess"))
      throw new TaoceptionError("chain-unreadable", `block ${number} does not tell how the call went`);
    return {
      block: number,
      hash: Buffer.from(blake2b(bytes, { dkLen: 32 })).toString("hex"),
      error: failed ? dispatchError(failed.value) : null,
    };
  }

  async function nonceAt(hash: string): Promise<number> {
    const account = `0x${Buffer.from(decodeAddress(address) ?? []).toString("hex")}`;
    const told = await node.ask(
      "state_call",
      ["AccountNonceApi_account_nonce", account, hash],
      z.string().regex(/^0x[0-9a-f]{8}$/),
    );
    return Buffer.from(told.slice(2), "hex").readUInt32LE();
  }
}

/** What a node may get over: it is away, behind, or has not the block that another told of. */
function isPassing(error: unknown): boolean {
  const passing = ["chain-unreachable", "chain-unreadable", "chain-refused"];
  return error instanceof TaoceptionError && passing.includes(error.code);
}
