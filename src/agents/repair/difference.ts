const context = 3;

/** A git-style unified diff of one changed file, as a single hunk from its first to its last difference. */
export function difference(path: string, before: string, after: string): string {
  const [old, now] = [split(before), split(after)];
  let head = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const from = Math.max(0, head - context);
  const [oldEnd, nowEnd] = [old.length - tail, now.length - tail];
  const more = Math.min(context, tail);
  const range = (start: number, count: number) => `${count === 0 ? start : start + 1},${count}`;
  const line = (sign: string) => (text: string) =>
    text.endsWith("\n") ? sign + text : `${sign}${text}\n\\ No newline at end of file\n`;
  return [
    `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n`,
    `@@ -${range(from, oldEnd + more - from)} +${range(from, nowEnd + more - from)} @@\n`,
    ...old.slice(from, head).map(line(" ")),
    ...old.slice(head, oldEnd).map(line("-")),
    ...now.slice(head, nowEnd).map(line("+")),
    ...old.slice(oldEnd, oldEnd + more).map(line(" ")),
  ].join("");
}

/** Lines with their ends; only "\n" ends a line. */
const split = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
