/**
 * Text as Python 3 sees it, where JavaScript differs: what is white space, how words are split, which order
 * strings have, and what a text file's lines end with.
 * Source: docs.python.org/3/library/stdtypes.html (str.isspace, str.split, str.strip) and PEP 278.
 */

/** Inside a character class of a regular expression: what `str.isspace` and `\s` are true for. */
export const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
/** What `\d` is in a Python pattern over text. */
export const DIGIT = "\\p{Nd}";
/** Inside a character class: what `\w` is in a Python pattern over text. */
export const WORD = "\\p{L}\\p{N}_";

const spaces = new RegExp(`[${SPACE}]+`, "u");
const space = new RegExp(`[${SPACE}]`, "u");

/** Whether a character is white space to Python. */
export function isSpace(character: string | undefined): boolean {
  return character !== undefined && space.test(character);
}

/** `text.split()`. */
export function words(text: string): string[] {
  return text.split(spaces).filter((word) => word !== "");
}

/** `text.strip()`, in one pass. */
export function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start])) start += 1;
  while (end > start && isSpace(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** The part of a text before a separator's first occurrence: `text.split(separator)[0]`. */
export function before(text: string, separator: string): string {
  const at = text.indexOf(separator);
  return at < 0 ? text : text.slice(0, at);
}

/** Order of strings by code points; JavaScript's own is by UTF-16 units. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left === right) continue;
    // a surrogate stands for a code point above every other unit
    const [isHigh, isOther] = [isSurrogate(left), isSurrogate(right)];
    return isHigh === isOther ? left - right : isHigh ? 1 : -1;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** A text file as `open(path).read()` gives it; null where its bytes are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return newlines(strict.decode(bytes));
  } catch {
    return null;
  }
}

/** A text file as `read_text(errors="replace")` gives it. */
export function textOfAny(bytes: Uint8Array): string {
  return newlines(lenient.decode(bytes));
}

const newlines = (text: string) => text.replace(/\r\n?/g, "\n");
