import { Writable } from "node:stream";
import { emptyBoard, follow, log, tell } from "./board.ts";
import type { Screen } from "./contract.ts";
import { draw } from "./draw.ts";
import { harmless, plain, safe } from "./text.ts";

const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";

/** Four pictures a second on the terminal's alternate screen; the last one stays when it closes. */
export function openLiveScreen(
  out: NodeJS.WriteStream,
  { stderr, colours, now }: { stderr: NodeJS.WriteStream; colours: boolean; now: () => number },
): Screen {
  const board = emptyBoard();
  const picture = () => {
    const lines = draw(board, { width: Math.max(20, out.columns ?? 100), now: now() });
    return colours ? lines : lines.map(plain);
  };
  const paintAll = () => {
    const lines = picture().slice(0, Math.max(5, (out.rows ?? 40) - 1));
    out.write(`\u001b[H${lines.map((text) => `${text}\u001b[K`).join("\n")}\n\u001b[J`);
  };
  const at = () => new Date(now()).toISOString();
  // also when the process is ended at once, which nothing is disposed by
  const restore = () => void out.write(LEAVE);
  process.once("exit", restore);
  out.write(ENTER);
  paintAll();
  const timer = setInterval(paintAll, 250);
  let closed = false;
  return {
    show: (event) => void follow(board, safe(event)),
    say: (text, lasting = false) => tell(board, at(), harmless(text), lasting),
    // on this terminal they would land in the middle of the picture
    complaints: stderr.isTTY ? lineByLine((text) => log(board, at(), harmless(spoken(text)))) : stderr,
    [Symbol.dispose]: () => {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      process.off("exit", restore);
      board.lasting = []; // no longer true
      out.write(LEAVE);
      out.write(`${picture().join("\n")}\n`);
    },
  };
}

function lineByLine(take: (line: string) => void): NodeJS.WritableStream {
  return new Writable({
    write(chunk, _, done) {
      for (const text of String(chunk).split("\n")) if (text.trim() !== "") take(text);
      done();
    },
  });
}

/** A line of a logger as a person would say it; any other line is left as it is. */
function spoken(text: string): string {
  if (!text.startsWith("{")) return text;
  try {
    const { name, msg } = JSON.parse(text);
    return typeof msg === "string" ? `${name}: ${msg}` : text;
  } catch {
    return text;
  }
}
