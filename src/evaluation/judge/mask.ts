/**
 * A diff with what a reader could be talked to by taken out: comments emptied and the text of string
 * literals replaced by dots. Line based on purpose: a diff is not a whole program.
 */
export function mask(diff: string): string {
  return diff
    .split("\n")
    .map((line) => (/^(?:---|\+\+\+|@@|diff )/.test(line) ? line : maskLine(line)))
    .join("\n");
}

function maskLine(line: string): string {
  let out = "";
  for (let at = 0; at < line.length; ) {
    const rest = line.slice(at);
    const quoted = /^("""|'''|"|')/.exec(rest)?.[1];
    if (rest.startsWith("#")) return `${out}#`;
    if (quoted === undefined) {
      out += line[at];
      at += 1;
      continue;
    }
    const end = endOf(rest, quoted);
    out += quoted + ".".repeat(Math.min(3, Math.max(0, end - 2 * quoted.length))) + quoted;
    at += end;
  }
  return out;
}

/** Where a literal that starts at 0 ends, the closing quote included; the line's end if it is not closed. */
function endOf(text: string, quote: string): number {
  for (let at = quote.length; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text.startsWith(quote, at)) return at + quote.length;
  }
  return text.length;
}
