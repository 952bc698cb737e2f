import { z } from "zod";
import { type Clock, explain, TaoceptionError } from "../../platform/index.ts";
import type { Included } from "../chain/chain.ts";
import type { Keypair } from "../keys.ts";
import { type Connection, isLacking, lacks } from "./connect.ts";
import { refusalIn, refusalOf, refused } from "./refusal.ts";

/** A call of the runtime: `SubtensorModule.set_weights` and its fields by their names. */
export interface RuntimeCall {
  pallet: string;
  call: string;
  fields: Record<string, unknown>;
}

const Sent = z.object({
  ok: z.boolean(),
  block: z.object({ number: z.number().int() }),
  txHash: z.string().regex(/^0x[0-9a-f]{64}$/),
  dispatchError: z.unknown().optional(),
});

/** Blocks for which an extrinsic is good: one that was not taken by then never will be. */
const PERIOD = 64;
/** Tries where another process of the same signer took the nonce. */
const TRIES = 20;

/** What nodes say of an extrinsic whose nonce somebody else of this signer has used, or is about to. */
const TAKEN = /^(?:Stale|Future)$/;
const TAKEN_TEXT = /\b1014\b|priority is too low|usurped|already imported|outdated/i;

/**
 * Sign a call and wait until it stands in a finalised block, where nothing undoes it. Mortal, without a tip, with the
 * nonce of the last finalised block; where another process of this signer took that, a fresh one is asked for: nothing of
 * ours was done then. TaoceptionError `chain-refused`, `chain-lacks`, or `chain-slow` when it may yet come.
 */
export async function submit(
  { pallet, call, fields }: RuntimeCall,
  signer: Keypair,
  {
    connect,
    clock,
    pollMs,
    includeMs,
    signal,
  }: {
    connect: () => Promise<Connection>;
    clock: Clock;
    pollMs: number;
    includeMs: number;
    signal: AbortSignal | undefined;
  },
): Promise<Included> {
  const { runtime } = await connect();
  const { getPolkadotSigner } = await import("polkadot-api/signer");
  const kind = signer.scheme === "sr25519" ? "Sr25519" : "Ed25519";
  const signs = getPolkadotSigner(signer.publicKey, kind, (message) => signer.sign(message));
  const until = clock.now() + includeMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const sent = runtime.tx[pallet]
        [call](fields)
        .signAndSubmit(signs, { mortality: { mortal: true, period: PERIOD } });
      const { ok, block, txHash, dispatchError } = Sent.parse(await inTime(sent, until - clock.now(), call));
      if (!ok) throw refused(call, refusalOf(dispatchError) ?? "Other", ` in block ${block.number}`);
      return { block: block.number, hash: txHash.slice(2) };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof TaoceptionError) throw error;
      if (isLacking(error)) throw lacks(`call ${pallet}.${call}`, error);
      const name = refusalIn(error);
      const taken = name === null ? TAKEN_TEXT.test(explain(error)) : TAKEN.test(name);
      if (!taken && name !== null) throw refused(call, name, "");
      if (!taken || attempt >= TRIES)
        throw new TaoceptionError("chain-unreachable", `${call} cannot be submitted: ${explain(error)}`, {
          cause: error,
          retryable: taken,
        });
      await clock.sleep(pollMs, signal);
    }
  }
}

async function inTime<T>(work: Promise<T>, milliseconds: number, call: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const slow = new TaoceptionError(
      "chain-slow",
      `${call} stood in no finalised block in time, and may yet come`,
    );
    timer = setTimeout(() => reject(slow), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
