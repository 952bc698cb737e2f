import { z } from "zod";
import { type Keypair, type SendOptions, sendWire } from "../bittensor/index.ts";
import { TaoceptionError } from "../platform/index.ts";
import type { Post } from "./answer.ts";
import type { Job } from "./jobs.ts";
import type { Peers } from "./peers.ts";

/** The most a packed tree may weigh. */
const TREE_BYTES = 64 * 1024 * 1024;
const Heard = z.object({ closed: z.boolean().default(false) });

/** What a miner says to a validator. */
export interface Wire {
  post: Post;
  /** The packed tree of a job; TaoceptionError `no-tree` when it is not to be had, retryable where that may change. */
  fetchTree(job: Job, signal: AbortSignal): Promise<Uint8Array>;
}

/**
 * Speak to the validator that sent a job, where the chain says that it serves now: it may have come back at
 * another port since. Loopback and private addresses are spoken to on a local subnet only. With `legacy`, validators
 * that speak v10 alone are spoken to as well.
 */
export function openWire(
  keypair: Keypair,
  { peers, local, legacy }: { peers: Pick<Peers, "originOf">; local: boolean; legacy: boolean },
): Wire {
  async function send(
    job: Job,
    path: string,
    options: Pick<SendOptions, "method" | "body" | "timeoutMs" | "maxBytes" | "signal">,
  ) {
    const origin = await peers.originOf(job.validator).catch(() => null);
    if (origin === null) return null;
    return sendWire({
      ...options,
      legacy,
      url: origin + path,
      keypair,
      receiver: job.validator,
      ...(local ? { allowLoopback: origin } : {}),
    });
  }

  return {
    async post(job, path, body, signal) {
      const sent = await send(job, path, {
        method: "POST",
        body: { json: body },
        timeoutMs: 5_000,
        maxBytes: 16 * 1024,
        signal,
      });
      if (!sent?.ok) return null;
      // nothing of weight travels in an answer, for it is unsigned: a wrong `closed` costs this miner alone
      const heard = Heard.safeParse(parsed(sent.body));
      return { status: sent.status, closed: heard.success && heard.data.closed };
    },
    async fetchTree(job, signal) {
      const sent = await send(job, `/tree/${job.challenge.tree}`, {
        method: "GET",
        timeoutMs: 30_000,
        maxBytes: TREE_BYTES,
        signal,
      });
      if (sent?.ok && sent.status === 200) return sent.body;
      const why = !sent
        ? "the validator has no address"
        : sent.ok
          ? `status ${sent.status}`
          : `${sent.reason}: ${sent.detail}`;
      const final = sent?.ok ? sent.status < 500 && sent.status !== 429 : sent?.reason === "too-large";
      throw new TaoceptionError("no-tree", `the tree could not be fetched (${why})`, { retryable: !final });
    },
  };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}
