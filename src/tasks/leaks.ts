import { codeLines, parsePython } from "../python/index.ts";

/** Shorter lines say nothing that could not stand anywhere. */
const TRIVIAL = 12;
const giveaways = /\b(?:mutat\w*|mutant\w*|pytest|unittest|conftest|fail_to_pass|pass_to_pass)\b/i;

/** What must not be told, beside the repaired lines. */
export interface Secrets {
  /** Lines of code that the repair adds. */
  goldLines: readonly string[];
  /** pytest ids of the hidden tests. */
  tests: readonly string[];
  operator: string;
}

/** What a statement gives away, in one line each; none = clean. */
export function leaksOf(statement: string, { goldLines, tests, operator }: Secrets): string[] {
  const leaks: string[] = [];
  const dense = squeeze(statement);
  for (const line of goldLines)
    if (squeeze(line).length >= TRIVIAL && dense.includes(squeeze(line)))
      leaks.push(`a line of the repair: ${line}`);
  for (const id of tests) {
    const [file = "", ...names] = id.replace(/\[[\s\S]*$/, "").split("::");
    const own = [id, file, file.split("/").at(-1) ?? "", ...names.filter((name) => /^test/i.test(name))];
    const told = own.find(
      (name) => name.length > 4 && new RegExp(`(?<!\\w)${escaped(name)}(?!\\w)`).test(statement),
    );
    if (told !== undefined) leaks.push(`a hidden test: ${told}`);
  }
  if (statement.includes(operator)) leaks.push("the kind of mistake");
  const word = giveaways.exec(statement)?.[0];
  if (word !== undefined) leaks.push(`the word ${word}`);
  const place = placesIn(statement);
  if (place !== null) leaks.push(`a place in the sandbox: ${place}`);
  return [...new Set(leaks)];
}

/** A path or an address of the sandbox in a text, which nobody else would see, or null. */
export function placesIn(text: string): string | null {
  return /(?<!\w)\/(?:work|tmp|layer|usr\/lib\/python[\d.]*)\/|\b0x[0-9a-f]{6,}/.exec(text)?.[0] ?? null;
}

/** Lines of code that are in one source and not in the other, normalised. */
export async function addedLines(before: string, after: string): Promise<string[]> {
  using old = await parsePython(before);
  using new_ = await parsePython(after);
  const counts = new Map<string, number>();
  for (const { text } of codeLines(old)) counts.set(text, (counts.get(text) ?? 0) + 1);
  return codeLines(new_).flatMap(({ text }) => {
    const left = counts.get(text) ?? 0;
    counts.set(text, left - 1);
    return left > 0 ? [] : [text];
  });
}

const squeeze = (text: string) => text.replace(/\s+/g, "");

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
