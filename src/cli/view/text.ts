import { stripVTControlCharacters, styleText } from "node:util";

/** Colour for a terminal; `plain` takes it away again. */
export function paint(style: "bold" | "dim" | "cyan" | "green" | "red" | "yellow", text: string): string {
  return styleText(style, text, { validateStream: false });
}

export const plain = stripVTControlCharacters;

/** Untrusted text made safe for a terminal: control characters (colours, cursor moves, bells) become "·". */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Bidi_Control}]/gu, "·");
}
