import type { Splice } from "./templates/template.ts";

/** How usual a piece of code is in this project: log-probabilities of token trigrams, counted in its own sources. */
export interface Naturalness {
  /** Mean log-probability of the tokens that come, less that of the tokens that go; above 0 the new text is the more usual. */
  gain(text: string, splices: readonly Splice[]): number;
}

const token = /[A-Za-z_]\w*|\d+(?:\.\d+)?|"[^"\n]*"|'[^'\n]*'|\*\*|\/\/|[<>=!]=|->|\n[ \t]*|[^\s\w]/g;
const reach = 40;
/** Counters are shared by few keys at this size: a project's sources have some hundred thousand trigrams at most. */
const cells = 1 << 21;

/** Count the tokens of all texts (at most some megabytes, which the caller sees to). */
export function readNaturalness(texts: readonly string[]): Naturalness {
  const ids = new Map<string, number>();
  const idOf = (word: string) => {
    const known = ids.get(word);
    if (known !== undefined) return known;
    ids.set(word, ids.size + 1);
    return ids.size;
  };
  const tokens = (text: string) =>
    (text.match(token) ?? []).map((each) => idOf(each.startsWith("\n") ? "\n" : each));

  const counts = new Uint16Array(cells);
  let total = 0;
  const bump = (cell: number) => {
    const count = counts[cell] ?? 0;
    if (count < 65_535) counts[cell] = count + 1;
  };
  for (const text of texts) {
    const all = tokens(text);
    total += all.length;
    let [a, b] = [0, 0];
    for (const c of all) {
      bump(cellOf(0, 0, c));
      bump(cellOf(0, b, c));
      bump(cellOf(a, b, c));
      [a, b] = [b, c];
    }
  }
  const of = (a: number, b: number, c: number, less: number) =>
    Math.max(0, (counts[cellOf(a, b, c)] ?? 0) - less);
  /** Log-probability of the last of three tokens; the text in the tree was counted once itself, which `less` takes back. */
  const likely = ([a, b, c]: Trigram, less: number) => {
    const one = (of(0, 0, c, less) + 0.05) / (total + 1);
    const two = of(0, b, c, less) / Math.max(1, of(0, 0, b, less));
    const three = of(a, b, c, less) / Math.max(1, of(0, a, b, less));
    return Math.log(0.5 * three + 0.35 * two + 0.15 * one);
  };
  const mean = (all: readonly Trigram[], less: number) =>
    all.reduce((sum, each) => sum + likely(each, less), 0) / Math.max(1, all.length);
  return {
    gain(text, splices) {
      const start = Math.min(...splices.map((each) => each.start));
      const end = Math.max(...splices.map((each) => each.end));
      const [from, to] = [Math.max(0, start - reach), Math.min(text.length, end + reach)];
      let after = "";
      let at = from;
      for (const splice of [...splices].sort((a, b) => a.start - b.start)) {
        after += text.slice(at, splice.start) + splice.text;
        at = splice.end;
      }
      after += text.slice(at, to);
      const [then, now] = changed(tokens(text.slice(from, to)), tokens(after));
      const [gone, come] = [without(then, now), without(now, then)];
      if (gone.length === 0 || come.length === 0) return 0;
      return mean(come, 0) - mean(gone, 1);
    },
  };
}

type Trigram = readonly [number, number, number];

function cellOf(a: number, b: number, c: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) & (cells - 1);
}

/** The trigrams of both that the difference between them touches. */
function changed(then: readonly number[], now: readonly number[]): [Trigram[], Trigram[]] {
  const short = Math.min(then.length, now.length);
  let head = 0;
  while (head < short && then[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < short - head && then.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const from = Math.max(0, head - 2);
  const rest = Math.max(0, tail - 2);
  return [trigrams(then.slice(from, then.length - rest)), trigrams(now.slice(from, now.length - rest))];
}

function trigrams(all: readonly number[]): Trigram[] {
  return all.slice(2).map((each, at) => [all[at] ?? 0, all[at + 1] ?? 0, each]);
}

/** What of `some` is not in `others`, each as often as it is more often there. */
function without(some: readonly Trigram[], others: readonly Trigram[]): Trigram[] {
  const left = [...others];
  return some.filter(([a, b, c]) => {
    const at = left.findIndex((each) => each[0] === a && each[1] === b && each[2] === c);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
