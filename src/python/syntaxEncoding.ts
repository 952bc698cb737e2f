/** Python source as text, with what it takes to write it back to the byte. */
export interface SourceText {
  /** Without the byte order mark; ends of line as they are. */
  text: string;
  /** WHATWG label of the encoding, or "latin-1" (each byte one character). */
  encoding: string;
  mark: boolean;
}

const cookie = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const blank = /^[ \t\f]*(?:#.*)?$/;
const utf8 = new Set(["utf-8", "utf8", "utf-8-sig", "u8"]);
const latin1 = new Set(["latin-1", "latin1", "iso-8859-1", "iso8859-1", "l1", "8859", "cp819"]);

/**
 * Read a source as Python does: a byte order mark, else the coding cookie of PEP 263 in its first two lines, else
 * UTF-8. Null where it is not valid in its encoding, or the encoding is not one that we can write back exactly.
 */
export function readSource(bytes: Uint8Array): SourceText | null {
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const encoding = mark ? "utf-8" : declared(bytes);
  if (encoding === null) return null;
  const text = decode(mark ? bytes.subarray(3) : bytes, encoding);
  if (text === null || text.includes("\0")) return null;
  const read = { text, encoding, mark };
  const again = writeSource(read);
  return again && Buffer.compare(again, bytes) === 0 ? read : null;
}

/** The way back; null where the encoding cannot hold the text. */
export function writeSource({ text, encoding, mark }: SourceText): Uint8Array | null {
  if (encoding === "utf-8")
    return text.isWellFormed() ? Buffer.from(mark ? `\ufeff${text}` : text, "utf8") : null;
  const table = encoding === "latin-1" || encoding === "ascii" ? null : tableOf(encoding);
  const limit = encoding === "ascii" ? 0x80 : 0x100;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const byte = table ? table.get(code) : code;
    if (byte === undefined || byte >= limit) return null;
    bytes[at] = byte;
  }
  return bytes;
}

function declared(bytes: Uint8Array): string | null {
  const [first = "", second = ""] = Buffer.from(bytes.subarray(0, 1000))
    .toString("latin1")
    .split(/\r\n|\r|\n/);
  const name = (cookie.exec(first) ?? (blank.test(first) ? cookie.exec(second) : null))?.[1];
  if (name === undefined) return "utf-8";
  const plain = name.toLowerCase().replaceAll("_", "-");
  if (utf8.has(plain)) return "utf-8";
  if (latin1.has(plain)) return "latin-1";
  if (plain === "ascii" || plain === "us-ascii") return "ascii";
  const label = plain.replace(/^(?:cp|windows-?)(\d+)$/, "windows-$1").replace(/^iso(\d)/, "iso-$1");
  try {
    new TextDecoder(label, { fatal: true });
  } catch {
    return null;
  }
  return label;
}

function decode(bytes: Uint8Array, encoding: string): string | null {
  if (encoding === "latin-1" || encoding === "ascii") return Buffer.from(bytes).toString("latin1");
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Character to byte of a one-byte encoding; for another one the table is wrong, which the way back shows. */
function tableOf(encoding: string): Map<number, number> {
  const decoder = new TextDecoder(encoding);
  const table = new Map<number, number>();
  for (let byte = 255; byte >= 0; byte -= 1)
    table.set(decoder.decode(Uint8Array.of(byte)).charCodeAt(0), byte);
  return table;
}
