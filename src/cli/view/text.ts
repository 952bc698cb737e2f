import { stripVTControlCharacters, styleText } from "node:util";
import type { Event } from "../../protocol/index.ts";

/** Colour for a terminal; `plain` takes it away again. */
export function paint(style: "bold" | "dim" | "cyan" | "green" | "red" | "yellow", text: string): string {
  return styleText(style, text, { validateStream: false });
}

export const plain = stripVTControlCharacters;

/** Untrusted text made safe for a terminal: control characters (colours, cursor moves, bells) become "·". */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Bidi_Control}]/gu, "·");
}

/** Names, reasons and notes come from packages and miners: nothing of them may steer the terminal. */
export function safe(event: Event): Event {
  return JSON.parse(JSON.stringify(event), (_, value) =>
    typeof value === "string" ? harmless(value) : value,
  ) as Event;
}

/** Text without colours cut to `width` characters, the last one "…" where something is left out. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Cut to `width` visible characters; a cut line ends in "…" with colours switched off. */
export function clip(line: string, width: number): string {
  if (plain(line).length <= width) return line;
  let visible = 0;
  let out = "";
  for (let at = 0; at < line.length && visible < width - 1; ) {
    if (line[at] === "\u001b") {
      const end = line.indexOf("m", at);
      out += line.slice(at, end + 1);
      at = end + 1;
    } else {
      out += line[at];
      visible += 1;
      at += 1;
    }
  }
  return `${out}…\u001b[0m`;
}
