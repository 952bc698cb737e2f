import type { Clock } from "../platform/index.ts";
import { type Answer, type Commit, type Hash, hashValue, type Reveal } from "../protocol/index.ts";
import type { Job, Jobs } from "./jobs.ts";

/** Post one signed message to the validator that asked; resolves to the HTTP status, or null when nobody answered. */
export type Post = (
  job: Job,
  path: "/commit" | "/reveal",
  body: Commit | Reveal,
  signal: AbortSignal,
) => Promise<{ status: number; closed: boolean } | null>;

const AGAIN_MS = 500;
/** How long after the deadline a reveal is still tried, and a commit to a validator that was away. */
const REVEAL_MS = 9_000;

/** The hash that fixes an answer before anybody has seen it. */
function commitmentOf(task: string, hotkey: string, salt: Hash, answer: Answer): Hash {
  return hashValue({ task, hotkey, salt, answer });
}

/**
 * Commit, then reveal: the hash first, the answer once the validator has closed the task or its deadline has
 * passed. Both are idempotent and tried again until the time for them is over. Resolves to the job's last state.
 */
export async function answer(
  job: Job & { answer: Answer; salt: Hash },
  { hotkey, agent }: { hotkey: string; agent: string },
  { jobs, post, clock, signal }: { jobs: Pick<Jobs, "put">; post: Post; clock: Clock; signal: AbortSignal },
): Promise<Job["state"]> {
  const { task } = job.challenge;
  const deadline = Date.parse(job.challenge.deadline);
  let { state } = job;
  const save = async (next: Job["state"]) => {
    if (next !== state) await jobs.put({ ...job, state: next });
    state = next;
    return next;
  };
  const gone = (status: number) => status >= 300 && status < 500 && status !== 429;

  const commit: Commit = { task, commitment: commitmentOf(task, hotkey, job.salt, job.answer) };
  // at least once, also when the deadline has passed: this miner may have died between its commit and noting it
  for (;;) {
    const reply = await post(job, "/commit", commit, signal);
    if (reply !== null && gone(reply.status)) return save("expired"); // unknown task, or closed without us
    if (reply !== null && reply.status < 300) await save("committed");
    if (reply !== null && reply.status < 300 && reply.closed) break;
    // a validator that cannot be reached may be starting again, and then takes commits a little longer
    const left = deadline + (reply === null ? REVEAL_MS : 0) - clock.now();
    if (left <= 0) break;
    await clock.sleep(Math.min(AGAIN_MS, left), signal);
  }
  if (state !== "committed") return save("expired");

  const reveal: Reveal = { task, salt: job.salt, agent, answer: job.answer };
  for (;;) {
    const reply = await post(job, "/reveal", reveal, signal);
    if (reply !== null && reply.status < 300) return save("revealed");
    if ((reply !== null && gone(reply.status)) || clock.now() >= deadline + REVEAL_MS) return save("expired");
    await clock.sleep(AGAIN_MS, signal);
  }
}
