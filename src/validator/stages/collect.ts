import type { Attempt, Hash } from "../../protocol/index.ts";
import { eventsOf, type Journal, keys } from "../journal.ts";
import { Asked, Made, open } from "./documents.ts";

/**
 * Close the round's attempts: what was revealed or refused stands already; who stayed silent or committed
 * without revealing is recorded as such. Hands on one document for each patch.
 */
export async function collect(
  asked: Hash,
  { journal, startedAt }: { journal: Journal; startedAt: number },
): Promise<Hash[]> {
  const { round, made, asked: askedAt, challenges } = await open(Asked, asked, journal);
  const { prepared } = await open(Made, made, journal);
  const committed = new Set(
    (await eventsOf(journal, "commit", round)).map(({ task, miner }) => `${task} ${miner}`),
  );
  const patches: Hash[] = [];
  for (const { task, record, hotkey } of challenges) {
    const late = committed.has(`${task} ${hotkey}`);
    const missing: Attempt = {
      round,
      task,
      hotkey,
      status: late ? "late" : "silent",
      patch: null,
      elapsedMs: null,
      agent: null,
      reason: late ? "committed but did not reveal in time" : null,
      excused: startedAt > askedAt, // it may have answered while nobody was there to hear
      mode: "wire",
    };
    const { hotkey: miner, ...rest } = missing;
    const { event } = await journal.append(
      { type: "attempt", miner, ...rest },
      { key: keys.attempt(task, hotkey) },
    );
    if (event.type !== "attempt" || event.status !== "patch") continue;
    const attempt: Attempt = {
      round,
      task,
      hotkey,
      status: "patch",
      patch: event.patch,
      elapsedMs: event.elapsedMs,
      agent: event.agent,
      reason: event.reason,
      excused: false,
      mode: event.mode ?? "wire",
    };
    patches.push(await journal.putDocument("judged", { attempt, record, prepared }));
  }
  return patches;
}
