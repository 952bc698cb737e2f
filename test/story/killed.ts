import type { Event } from "../../src/protocol/index.ts";
import { processesOf, type Running, run } from "./runUp.ts";

/** What was seen of a home over all its lives. */
export interface Lives {
  /** Every event that was printed, by any life. */
  events: Event[];
  /** What had been printed last when something was killed: "start" when nothing had. */
  moments: string[];
  /** Processes that outlived a killed run by more than fifteen seconds: they end in order, but by themselves. */
  orphans: string[];
}

/**
 * Run a home's subnet and SIGKILL it at seeded random moments, up to `mostMs` apart: by turns of a die the whole run,
 * which is then started again, or its validator or one of its workers alone, which the run must start again itself.
 * The last life ends its round.
 */
export async function killAgainAndAgain(
  words: readonly string[],
  { home, kills, seed, mostMs }: { home: string; kills: number; seed: number; mostMs: number },
): Promise<Lives & { last: Running }> {
  const random = seeded(seed);
  const lives: Lives = { events: [], moments: [], orphans: [] };
  const start = () => run([...words, "--home", home, "--json"]);
  let life = start();
  while (lives.moments.length < kills) {
    await sleep(random() * mostMs);
    const [one, other] =
      random() < 0.5 ? (["validator", "worker"] as const) : (["worker", "validator"] as const);
    const part =
      random() < 0.6 ? ((await processOf(one, home)) ?? (await processOf(other, home))) : undefined;
    lives.moments.push(life.events.at(-1)?.type ?? "start");
    if (part !== undefined) {
      process.kill(part, "SIGKILL");
      continue;
    }
    life.child.kill("SIGKILL");
    await life.ended;
    lives.events.push(...life.events);
    lives.orphans.push(...(await left(home)));
    life = start();
  }
  await life.ended;
  lives.events.push(...life.events);
  return { ...lives, last: life };
}

const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

/** A small generator that gives the same numbers for the same seed (mulberry32), in 0..1. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function processOf(program: "validator" | "worker", home: string): Promise<number | undefined> {
  const found = (await processesOf(home)).find((each) => each.includes(`main.ts ${program} `));
  return found === undefined ? undefined : Number(found.split(" ")[0]);
}

/** What still runs for a home when nothing should. */
async function left(home: string): Promise<string[]> {
  for (let tries = 0; tries < 300; tries += 1) {
    if ((await processesOf(home)).length === 0) return [];
    await sleep(50);
  }
  return processesOf(home);
}
