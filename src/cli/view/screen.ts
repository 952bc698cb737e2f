import type { Event } from "../../protocol/index.ts";
import { type Board, emptyBoard, follow } from "./board.ts";
import { draw } from "./draw.ts";
import { line } from "./lines.ts";
import { harmless, plain } from "./text.ts";

/** Shows events as they come, and takes the terminal back to normal when closed. */
export interface Screen {
  show(event: Event): void;
  /** What is going on before there are events, or beside them. */
  say(text: string): void;
  [Symbol.dispose](): void;
}

/** Four pictures a second on the terminal's alternate screen; the last one stays when it closes. */
export function openLiveScreen(out: NodeJS.WriteStream, now: () => number): Screen {
  const board = emptyBoard();
  const paintAll = () => {
    const width = Math.max(40, out.columns ?? 100);
    const lines = draw(board, { width, now: now() }).slice(0, Math.max(5, (out.rows ?? 40) - 1));
    out.write(`\u001b[H${lines.map((text) => `${text}\u001b[K`).join("\n")}\u001b[J`);
  };
  out.write("\u001b[?1049h\u001b[?25l");
  const timer = setInterval(paintAll, 250);
  let closed = false;
  return {
    show: (event) => {
      follow(board, safe(event));
    },
    say: (text) => {
      board.stage = harmless(text);
    },
    [Symbol.dispose]: () => {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      out.write("\u001b[?25h\u001b[?1049l");
      out.write(`${draw(board, { width: out.columns ?? 100, now: now() }).join("\n")}\n`);
    },
  };
}

/** One line an event: for pipes, log files and terminals that cannot move the cursor. */
export function openPlainScreen(out: NodeJS.WritableStream): Screen {
  const board: Board = emptyBoard();
  return {
    show: (event) => {
      const clean = safe(event);
      follow(board, clean);
      const text = line(clean, (hotkey) => board.miners.get(hotkey)?.name ?? hotkey.slice(0, 8));
      if (text !== null) out.write(`${plain(text)}\n`);
    },
    say: (text) => void out.write(`${harmless(text)}\n`),
    [Symbol.dispose]: () => {},
  };
}

/** JSON Lines, one event each, exactly as recorded. */
export function openJsonScreen(out: NodeJS.WritableStream): Screen {
  return {
    show: (event) => void out.write(`${JSON.stringify(event)}\n`),
    say: () => {},
    [Symbol.dispose]: () => {},
  };
}

/** Names, reasons and notes come from packages and miners: nothing of them may steer the terminal. */
function safe(event: Event): Event {
  return JSON.parse(JSON.stringify(event), (_, value) =>
    typeof value === "string" ? harmless(value) : value,
  ) as Event;
}
