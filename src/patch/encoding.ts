export type Encoding = "utf-8" | "latin-1";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A file's bytes as text, BOM and ends of line kept; each byte one character where they are not UTF-8. */
export function decodeText(bytes: Uint8Array): { text: string; encoding: Encoding } {
  try {
    return { text: strict.decode(bytes), encoding: "utf-8" };
  } catch {
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192)
      text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return { text, encoding: "latin-1" };
  }
}

/** The way back; null where the encoding cannot hold the text. */
export function encodeText(text: string, encoding: Encoding): Uint8Array | null {
  if (encoding === "utf-8") return text.isWellFormed() ? new TextEncoder().encode(text) : null;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0xff) return null;
    bytes[at] = code;
  }
  return bytes;
}
