import { evaluate } from "../../src/evaluation/index.ts";
import { systemClock } from "../../src/platform/index.ts";
import { attacks } from "./attacks.ts";
import { type Held, held } from "./held.ts";
import { openSubject } from "./openSubject.ts";

/** Every so many evaluations one is of a hostile patch. */
const HOSTILE_EVERY = 8;
const hostile = [
  "edits the tests",
  "ends in success at import",
  "prints results that did not happen",
  "ends in success when all is over",
];

/** Judge gold and hostile patches in turn, so many at a time, and tell what was held before and after. */
export async function soak(
  count: number,
  { atOnce = 2, warmUp = 30 } = {},
): Promise<{ before: Held; after: Held; seconds: number; verdicts: Record<string, number> }> {
  await using opened = await openSubject();
  const { subject, tester } = opened;
  const using = { tester, blobs: subject.blobs, clock: systemClock };
  const cheats = attacks({ port: 0, word: "soak" }).filter(({ name }) => hostile.includes(name));
  const patches = cheats.map(({ files }) => subject.patch(files));
  const verdicts: Record<string, number> = {};
  const all = async (from: number, to: number) => {
    let next = from;
    const lane = async () => {
      while (next < to) {
        const at = next++;
        const cheat = at % HOSTILE_EVERY === 0 ? patches[(at / HOSTILE_EVERY) % patches.length] : undefined;
        const { verdict } = await evaluate(cheat ?? subject.gold, subject.task, using);
        const of = `${cheat === undefined ? "gold" : "hostile"} ${verdict}`;
        verdicts[of] = (verdicts[of] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  };
  await all(0, warmUp); // lazy parts and caches are filled
  const before = await held();
  const started = performance.now();
  await all(warmUp, warmUp + count);
  const seconds = (performance.now() - started) / 1000;
  return { before, after: await held(), seconds, verdicts };
}
