import type { Board, Cell } from "./board.ts";
import { paint, plain } from "./text.ts";

/**
 * The board as lines of text for a terminal that is `width` columns wide. Lines never exceed the width.
 * `now` is Unix milliseconds: it moves the counters of miners at work.
 */
export function draw(board: Board, { width, now }: { width: number; now: number }): string[] {
  const lines: string[] = [];
  const names = [...board.miners.values()].map(({ name }) => name);
  const head = ["Taoception", board.netuid === null ? null : `local subnet ${board.netuid}`];
  if (board.round !== null) head.push(`round ${board.round}`, `${board.packages.size} packages`);
  if (board.epoch) head.push(`epoch ${board.epoch.index}`, `block ${board.epoch.block}`);
  lines.push(paint("bold", head.filter((part) => part !== null).join(" · ")), "");

  const left = board.deadline === null ? null : Math.ceil((board.deadline - now) / 1000);
  const waiting = board.stage === "miners at work" && left !== null && left > 0 ? ` (${left} s left)` : "";
  const title = board.package ? `${board.package.name} ${board.package.version}` : "";
  lines.push(`${paint("cyan", title)}${title ? "  " : ""}${paint("dim", `${board.stage}${waiting}`)}`);
  const column = Math.max(13, ...names.map((name) => name.length + 2));
  for (const task of board.tasks) {
    const { logit, low, high } = task.difficulty;
    const what = `${task.generator.padEnd(26).slice(0, 26)} difficulty ${logit.toFixed(1).padStart(4)} ±${((high - low) / 2).toFixed(1)}`;
    const cells = [...board.miners.keys()].map((hotkey) => show(task.cells.get(hotkey), now).padEnd(column));
    lines.push(`  ${what}  ${paintCells(cells)}`);
  }
  if (board.tasks.length > 0)
    lines.push(paint("dim", `  ${"".padEnd(46)}${names.map((name) => name.padEnd(column)).join("")}`));

  lines.push(
    "",
    paint("dim", "  miner          resolved   mean score   weight   incentive   emission (alpha)"),
  );
  for (const miner of board.miners.values()) {
    const mean = miner.scored === 0 ? "–" : (miner.total / miner.scored).toFixed(3);
    const share = miner.incentive === null ? "–" : `${((miner.incentive / 65535) * 100).toFixed(1)} %`;
    const earned = miner.emission === null ? "–" : (Number(miner.emission) / 1e9).toFixed(3);
    lines.push(
      `  ${miner.name.padEnd(14)} ${`${miner.resolved}/${miner.scored}`.padStart(8)} ${mean.padStart(12)} ${String(miner.weight ?? "–").padStart(8)} ${share.padStart(11)} ${earned.padStart(18)}`,
    );
  }
  lines.push("");
  for (const { at, text } of board.log) lines.push(paint("dim", `  ${at.slice(11, 19)}  ${text}`));
  return lines.map((line) => clip(line, width));
}

function show(cell: Cell | undefined, now: number): string {
  if (!cell) return "";
  if (cell.kind === "asked") return `… ${Math.max(0, Math.round((now - cell.since) / 1000))} s`;
  if (cell.kind === "answered") return cell.status;
  if (cell.verdict === "resolved") return `✓ ${cell.score === null ? "" : cell.score.toFixed(2)}`;
  return `✗ ${cell.verdict === "unresolved" ? "" : cell.verdict}`.trimEnd();
}

function paintCells(cells: string[]): string {
  return cells
    .map((cell) =>
      cell.startsWith("✓") ? paint("green", cell) : cell.startsWith("✗") ? paint("red", cell) : cell,
    )
    .join("");
}

/** Cut to `width` visible characters; a cut line ends in "…" with colours switched off. */
function clip(line: string, width: number): string {
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
