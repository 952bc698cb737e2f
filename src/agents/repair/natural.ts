import type { Splice } from "./templates/template.ts";

/** How usual a piece of code is in this project: log-probabilities of token trigrams, counted in its own sources. */
export interface Naturalness {
  /** Mean log-probability of the tokens that come, less that of the tokens that go; above 0 the new text is the more usual. */
  gain(text: string, splices: readonly Splice[]): number;
}

const token = /[A-Za-z_]\w*|\d+(?:\.\d+)?|"[^"\n]*"|'[^'\n]*'|\*\*|\/\/|[<>=!]=|->|\n[ \t]*|[^\s\w]/g;
const reach = 40;

/** Count the tokens of all texts (at most some megabytes, which the caller sees to). */
export function readNaturalness(texts: readonly string[]): Naturalness {
  const counts = new Map<string, number>();
  let total = 0;
  const bump = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const text of texts) {
    const all = tokens(text);
    total += all.length;
    for (let at = 0; at < all.length; at += 1) {
      bump(`${all[at]}`);
      bump(`${all[at - 1]} ${all[at]}`);
      bump(`${all[at - 2]} ${all[at - 1]} ${all[at]}`);
    }
  }
  const of = (key: string, less: number) => Math.max(0, (counts.get(key) ?? 0) - less);
  /** Log-probability of the last of three tokens; the text in the tree was counted once itself, which `less` takes back. */
  const likely = ([a, b, c]: Trigram, less: number) => {
    const one = (of(c, less) + 0.05) / (total + 1);
    const two = of(`${b} ${c}`, less) / Math.max(1, of(b, less));
    const three = of(`${a} ${b} ${c}`, less) / Math.max(1, of(`${a} ${b}`, less));
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
      const [then, now] = [trigrams(text.slice(from, to)), trigrams(after)];
      const [gone, come] = [without(then, now), without(now, then)];
      if (gone.length === 0 || come.length === 0) return 0;
      return mean(come, 0) - mean(gone, 1);
    },
  };
}

type Trigram = readonly [string, string, string];

function trigrams(text: string): Trigram[] {
  const all = tokens(text);
  return all.slice(2).map((each, at) => [all[at] ?? "", all[at + 1] ?? "", each]);
}

/** What of `some` is not in `others`, each as often as it is more often there. */
function without(some: readonly Trigram[], others: readonly Trigram[]): Trigram[] {
  const left = new Map<string, number>();
  for (const each of others) left.set(each.join(" "), (left.get(each.join(" ")) ?? 0) + 1);
  return some.filter((each) => {
    const more = left.get(each.join(" ")) ?? 0;
    if (more > 0) left.set(each.join(" "), more - 1);
    return more === 0;
  });
}

function tokens(text: string): string[] {
  return (text.match(token) ?? []).map((each) => (each.startsWith("\n") ? "\n" : each));
}
