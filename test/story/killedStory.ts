import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { silentLogger } from "../../src/platform/index.ts";
import type { Event, EventBody } from "../../src/protocol/index.ts";
import { openRecord, replay } from "../../src/validator/index.ts";
import { killAgainAndAgain } from "./killed.ts";
import { mountsIn, processesOf } from "./runUp.ts";
import { writeSampleProject } from "./sampleProject.ts";

/**
 * Kill a subnet `kills` times and look into its record: nothing that was printed is lost, nothing is counted twice,
 * every round came to its end, and nothing runs on.
 */
export async function killedStory({
  kills,
  seed,
  mostMs,
  workers,
}: {
  kills: number;
  seed: number;
  mostMs: number;
  workers: number;
}) {
  const folder = await mkdtemp(join(tmpdir(), "killed-"));
  try {
    const home = join(folder, "home");
    const project = await writeSampleProject(join(folder, "tallybook"));
    const words = [
      "up",
      "--path",
      project,
      "--rounds",
      "1",
      "--deadline",
      "10",
      "--block-ms",
      "100",
      "--tempo",
      "20",
      "--workers",
      String(workers),
    ];
    const { events, moments, orphans, last } = await killAgainAndAgain(words, { home, kills, seed, mostMs });
    expect(last.stderr().match(/^taoception:.*/m)?.[0]).toBeUndefined();
    expect((await last.ended).code).toBe(0);
    expect(moments).toHaveLength(kills);
    expect(orphans).toEqual([]);
    expect(await processesOf(home)).toEqual([]);
    expect(await mountsIn(home)).toEqual([]);

    const ends = { logger: silentLogger, signal: new AbortController().signal };
    await using record = await openRecord({ home: join(home, "validator"), cache: folder }, ends);
    const { storage } = record;
    expect(await storage.verifyChain()).toMatchObject({ ok: true });
    const all = await storage.events({ limit: 100_000 });
    const hashes = new Map(all.map(({ seq, hash }) => [seq, hash]));
    for (const { seq, hash } of events) expect(hashes.get(seq)).toBe(hash); // what was told is in the record

    const lastRound = (await storage.lastRound()) ?? -1;
    expect(lastRound).toBeGreaterThanOrEqual(0);
    for (let round = 0; round <= lastRound; round += 1) {
      expect(wrongIn(all.filter((event) => "round" in event && event.round === round))).toEqual([]);
      expect((await replay(round, storage))?.differences).toEqual([]);
    }
    return { rounds: lastRound + 1, moments };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is missing from a whole round, or in it twice. */
function wrongIn(events: readonly Event[]): string[] {
  const wrong: string[] = [];
  const of = <Type extends EventBody["type"]>(type: Type) =>
    events.filter((event): event is Event & { type: Type } => event.type === type);
  const once = (what: string, names: readonly string[], expected: readonly string[]) => {
    if (new Set(names).size !== names.length) wrong.push(`${what} twice`);
    for (const name of expected) if (!names.includes(name)) wrong.push(`no ${what} for ${name}`);
    for (const name of names) if (!expected.includes(name)) wrong.push(`a ${what} too many for ${name}`);
  };
  const name = ({ task, miner }: { task: string; miner: string }) => `${task} ${miner}`;
  const asked = of("challenge").map(name);
  if (of("package").length !== 1) wrong.push("not one package");
  if (of("task").length !== 4) wrong.push("not four tasks");
  if (of("cerebro").length !== 1) wrong.push("not one end");
  once("challenge", asked, [...new Set(asked)]);
  if (asked.length !== 12) wrong.push(`${asked.length} challenges`);
  once("attempt", of("attempt").map(name), asked);
  const patches = of("attempt")
    .filter(({ status }) => status === "patch")
    .map(name);
  once("verdict", of("verdict").map(name), patches);
  const unscored = of("verdict")
    .filter(({ verdict }) => verdict === "unscored")
    .map(name);
  const excused = of("attempt")
    .filter((attempt) => attempt.excused)
    .map(name);
  const scored = asked.filter((each) => !unscored.includes(each) && !excused.includes(each));
  once("score", of("score").map(name), scored);
  return wrong;
}
