import type { Door } from "../door.ts";
import { type Board, emptyBoard, follow } from "./board.ts";
import type { Screen } from "./contract.ts";
import { line } from "./lines.ts";
import { openLiveScreen } from "./live.ts";
import { harmless, plain, safe } from "./text.ts";

/** The screen for where we are: JSON when asked for, a board on a terminal that can draw one, else lines. */
export function openScreen(
  { json, plain: lines }: { json: boolean; plain: boolean },
  { stdout, stderr, environment }: Pick<Door, "stdout" | "stderr" | "environment">,
): Screen {
  if (json) return openJsonScreen(stdout, stderr);
  if (lines || !stdout.isTTY || environment.TERM === "dumb") return openPlainScreen(stdout, stderr);
  return openLiveScreen(stdout, { stderr, colours: !environment.NO_COLOR, now: Date.now });
}

/** One line an event: for pipes, log files and terminals that cannot move the cursor. */
export function openPlainScreen(out: NodeJS.WritableStream, stderr: NodeJS.WritableStream): Screen {
  const board: Board = emptyBoard();
  return {
    show: (event) => {
      const clean = safe(event);
      follow(board, clean);
      const text = line(clean, (hotkey) => board.miners.get(hotkey)?.name ?? hotkey.slice(0, 8));
      if (text !== null) out.write(`${plain(text)}\n`);
    },
    say: (text) => void stderr.write(`${harmless(text)}\n`),
    complaints: stderr,
    [Symbol.dispose]: () => {},
  };
}

/** JSON Lines, one event each, exactly as recorded. */
export function openJsonScreen(out: NodeJS.WritableStream, stderr: NodeJS.WritableStream): Screen {
  return {
    show: (event) => void out.write(`${JSON.stringify(event)}\n`),
    say: (text) => void stderr.write(`${harmless(text)}\n`),
    complaints: stderr,
    [Symbol.dispose]: () => {},
  };
}
