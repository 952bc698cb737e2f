const HUNK = /^@@ -(\d+(?:,\d+)?) \+(\d+(?:,\d+)?) @@(.*)$/s;

/**
 * The unified diff (plain or git's) that undoes another; undefined where the text is no such diff. Line ends
 * and whatever stands around the files are kept. Git's binary patches are turned round too: their two parts
 * change places. Format: git-scm.com/docs/diff-format.
 */
export function reverseDiff(diff: string): string | undefined {
  const lines = diff.split("\n");
  const out: string[] = [];
  let hunks = 0;
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const hunk = HUNK.exec(line);
    if (hunk) {
      const [, was = "", is = "", rest = ""] = hunk;
      const body = bodyOf(lines, at + 1, lengthOf(was), lengthOf(is));
      if (body === undefined) return undefined;
      out.push(`@@ -${is} +${was} @@${rest}`, ...turned(body));
      hunks += 1;
      at += 1 + body.length;
    } else if (line === "GIT binary patch") {
      const parts = binaryParts(lines, at + 1);
      if (parts === undefined) return undefined;
      out.push(line, ...parts.backward, "", ...parts.forward);
      hunks += 1;
      at = parts.end;
    } else {
      const [first, second] = pairOf(line, lines[at + 1]);
      out.push(first);
      if (second !== undefined) out.push(second);
      at += second === undefined ? 1 : 2;
      if (/^(new|deleted) file mode|^old mode|^rename from/.test(line)) hunks += 1;
    }
  }
  return hunks > 0 || diff.trim() === "" ? out.join("\n") : undefined;
}

const lengthOf = (range: string) => Number(range.split(",")[1] ?? 1);

/** The lines of a hunk that has so many old and new ones; undefined where the text ends or differs before. */
function bodyOf(lines: readonly string[], from: number, was: number, is: number): string[] | undefined {
  let [old, fresh, at] = [was, is, from];
  for (; old > 0 || fresh > 0; at += 1) {
    const line = lines[at];
    if (line === undefined || old < 0 || fresh < 0) return undefined;
    const kind = line[0] ?? " "; // an empty line is an empty line of context whose space was lost
    if (kind === " " || kind === "-" || kind === "\r") old -= 1;
    if (kind === " " || kind === "+" || kind === "\r") fresh -= 1;
    if (!" -+\\\r".includes(kind)) return undefined;
  }
  if (lines[at]?.startsWith("\\")) at += 1;
  return old < 0 || fresh < 0 ? undefined : lines.slice(from, at);
}

/** A hunk's lines turned round: within each change what goes comes first, as git writes it. */
function turned(body: readonly string[]): string[] {
  const out: string[] = [];
  let gone: string[] = [];
  let come: string[] = [];
  let last = out;
  const flush = () => {
    out.push(...gone, ...come);
    [gone, come] = [[], []];
  };
  for (const line of body) {
    if (line.startsWith("-")) {
      come.push(`+${line.slice(1)}`);
      last = come;
    } else if (line.startsWith("+")) {
      gone.push(`-${line.slice(1)}`);
      last = gone;
    } else if (line.startsWith("\\")) {
      last.push(line); // "No newline at end of file" belongs to the line before it
    } else {
      flush();
      out.push(line);
      last = out;
    }
  }
  flush();
  return out;
}

/** A header's line turned round, or two of them that change places. */
function pairOf(line: string, next = ""): [string, string?] {
  const swapped = (first: string, second: string): [string, string] | undefined =>
    line.startsWith(first) && next.startsWith(second)
      ? [first + next.slice(second.length), second + line.slice(first.length)]
      : undefined;
  const pair =
    swapped("old mode ", "new mode ") ??
    swapped("rename from ", "rename to ") ??
    (line.startsWith("--- ") && next.startsWith("+++ ")
      ? [`--- ${side(next.slice(4), "b/", "a/")}`, `+++ ${side(line.slice(4), "a/", "b/")}`]
      : undefined);
  if (pair) return pair as [string, string];
  if (line.startsWith("new file mode ")) return [line.replace("new", "deleted")];
  if (line.startsWith("deleted file mode ")) return [line.replace("deleted", "new")];
  const index = /^index ([0-9a-f]+)\.\.([0-9a-f]+)(.*)$/s.exec(line);
  if (index) return [`index ${index[2]}..${index[1]}${index[3]}`];
  const git = /^diff --git (a\/.*) (b\/.*)$/s.exec(line);
  if (git?.[1] && git[2]) return [`diff --git ${side(git[2], "b/", "a/")} ${side(git[1], "a/", "b/")}`];
  return [line];
}

const side = (path: string, from: string, to: string) =>
  path.startsWith(from)
    ? to + path.slice(from.length)
    : path.startsWith(`"${from}`)
      ? `"${to}${path.slice(from.length + 1)}`
      : path;

/** The two parts of a binary patch, each ended by an empty line. */
function binaryParts(lines: readonly string[], from: number) {
  const middle = lines.indexOf("", from);
  const end = middle < 0 ? -1 : lines.indexOf("", middle + 1);
  const isPart = (line = "") => /^(literal|delta) \d+$/.test(line);
  if (end < 0 || !isPart(lines[from]) || !isPart(lines[middle + 1])) return undefined;
  return { forward: lines.slice(from, middle), backward: lines.slice(middle + 1, end), end };
}
