import { createHash } from "node:crypto";

/** A package of the ranked list. */
export interface Ranked {
  rank: number;
  name: string;
}

/**
 * Packages that pytest itself runs on: a change in one of them breaks the runner, not a test.
 * (pytest's closure on all supported interpreters and platforms.)
 */
export const runnerClosure: ReadonlySet<string> = new Set([
  ...["pytest", "packaging", "pluggy", "iniconfig", "pygments", "exceptiongroup", "tomli"],
  ...["typing-extensions", "colorama", "py"],
]);

/**
 * Put the list in the order in which it is drawn for a seed: without replacement, each with a chance
 * proportional to 1/sqrt(rank). Package of name N gets the key -ln(u) * sqrt(rank), with
 * u = (1 + first 6 bytes of sha256("<seed>/<N>")) / (2^48 + 1); smaller keys come first
 * (Efraimidis & Spirakis 2006, in logarithms). Anybody can check it with a hash and a calculator: it
 * depends on no other entry, so taking one package off the list leaves the order of the rest.
 */
export function draw<T extends Ranked>(seed: string, list: readonly T[]): T[] {
  return list
    .filter(({ name }) => !runnerClosure.has(name))
    .map((entry) => ({ entry, key: drawKey(seed, entry) }))
    .sort((a, b) => a.key - b.key || (a.entry.name < b.entry.name ? -1 : 1))
    .map(({ entry }) => entry);
}

/** The key by which `draw` sorts. */
export function drawKey(seed: string, { rank, name }: Ranked): number {
  const digest = createHash("sha256").update(`${seed}/${name}`).digest();
  const u = (1 + digest.readUIntBE(0, 6)) / (2 ** 48 + 1);
  return -Math.log(u) * Math.sqrt(Math.max(rank, 1));
}
