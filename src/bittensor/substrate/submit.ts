import { z } from "zod";
import { type Clock, TaoceptionError } from "../../platform/index.ts";
import type { Included } from "../chain/chain.ts";
import type { Keypair } from "../keys.ts";
import { type Followed, follow } from "./follow.ts";
import type { Node } from "./node.ts";
import { refusal, type Verdict, verdictOf } from "./refusals.ts";
import { signCall } from "./signing.ts";
import { type Ask, refusalOf } from "./socket.ts";

/** A call by its names and fields. */
export interface PalletCall {
  pallet: string;
  name: string;
  fields: Record<string, unknown>;
}

/** How often one call may be signed anew. */
const MOST_SIGNED = 20;
const Index = z.number().int().min(0).max(0xffff_ffff);

/**
 * Sign a call, submit it, and wait until it is in a final block. It is signed anew, with a fresh nonce and a fresh
 * era, only when it is certain that what was signed before did nothing and never will.
 * TaoceptionErrors: `chain-refused` (`cause` is the failed check's name), `chain-lacks`, `chain-slow`,
 * `chain-unreachable`.
 */
export async function submit(
  call: PalletCall,
  keypair: Keypair,
  {
    node,
    once,
    clock,
    pollMs,
    includeMs,
    signal,
  }: {
    node: Node;
    /** Asks once, where it matters that nothing is sent twice unseen. */
    once: Ask;
    clock: Clock;
    pollMs: number;
    includeMs: number;
    signal?: AbortSignal | undefined;
  },
): Promise<Included> {
  const deadline = clock.now() + includeMs;
  for (let signed = 1; ; signed += 1) {
    const [genesis, runtime, { block: birth }, nonce] = await Promise.all([
      node.genesis(signed > 1), // signed for another chain it would be refused
      node.newestRuntime(),
      node.finalized(),
      node.ask("system_accountNextIndex", [keypair.address], Index),
    ]);
    const encoded = runtime.encodeCall(call.pallet, call.name, call.fields);
    const bytes = signCall({ call: encoded, nonce, birth, genesis, runtime }, keypair);
    const extrinsic = `0x${Buffer.from(bytes).toString("hex")}`;
    const sent = await send(extrinsic);
    if (sent.is === "refused") throw refusal(call.name, sent.why, "before it was in a block");
    const mayBeIncluded = sent.is === "known" || sent.is === "sent";
    if (mayBeIncluded) {
      const resend = () => offer(extrinsic).then(() => {});
      const sentAs = { extrinsic, bytes, nonce, birth, address: keypair.address };
      const found: Followed | undefined = await follow(sentAs, {
        node,
        resend,
        deadline,
        clock,
        pollMs,
        signal,
      });
      if (found?.error) throw refusal(call.name, found.error, `in block ${found.block}`);
      if (found) return { block: found.block, hash: found.hash };
    }
    if (signed >= MOST_SIGNED || clock.now() > deadline)
      throw new TaoceptionError("chain-slow", `${call.name} came into no block; it did nothing`, {
        retryable: true,
      });
    await clock.sleep(pollMs, signal);
  }

  /** The first time that an extrinsic is offered; tried while the pool is full. */
  async function send(extrinsic: string): Promise<Verdict | { is: "sent" }> {
    for (;;) {
      const verdict = await offer(extrinsic);
      if (verdict.is !== "full" || clock.now() > deadline) return verdict;
      await clock.sleep(pollMs, signal);
    }
  }

  /** Offer it to the pool once. Where no answer came it may have been taken. */
  async function offer(extrinsic: string): Promise<Verdict | { is: "sent" }> {
    try {
      await once("author_submitExtrinsic", [extrinsic], z.string().max(100));
      return { is: "sent" };
    } catch (error) {
      const refused = refusalOf(error);
      if (refused) return verdictOf(refused, call.name);
      if (error instanceof TaoceptionError && error.code === "chain-unreachable") return { is: "sent" };
      throw error;
    }
  }
}
