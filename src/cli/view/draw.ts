import { weights } from "../../scoring/index.ts";
import type { Board, BoardMiner, BoardTask, Cell } from "./board.ts";
import { stageOf } from "./stage.ts";
import { clip, cut, paint } from "./text.ts";

/**
 * The board as lines of text for a terminal that is `width` columns wide. Lines never exceed the width.
 * `now` is Unix milliseconds: it moves the counters of miners at work.
 */
export function draw(board: Board, { width, now }: { width: number; now: number }): string[] {
  const lines: string[] = [];
  const head = ["Taoception", board.netuid === null ? null : `local subnet ${board.netuid}`];
  if (board.round !== null) {
    const packages = board.packages.size;
    head.push(`round ${board.round}`);
    if (packages > 0) head.push(packages === 1 ? "1 package" : `${packages} packages`);
  }
  if (board.epoch) head.push(`epoch ${board.epoch.index}`, `block ${board.epoch.block}`);
  lines.push(paint("bold", head.filter((part) => part !== null).join(" · ")), "");
  const title = board.package ? `${board.package.name} ${board.package.version}` : "";
  const stage = stageOf(board, now);
  // what goes on matters more than the end of a long name
  const shown = cut(title, Math.max(20, width - stage.length - 2));
  lines.push(`${shown === "" ? "" : `${paint("cyan", shown)}  `}${paint("dim", stage)}`);
  lines.push(...tasksOf(board, { width, now }), "", ...minersOf(board, width), "");
  for (const text of board.lasting) lines.push(paint("dim", `  ${text}`));
  for (const { at, text } of board.log) lines.push(paint("dim", `  ${at.slice(11, 19)}  ${text}`));
  return lines.map((line) => clip(line, width));
}

/** Two blanks, and the widest thing that is said of a task where there is room for it. */
const LABEL = 50;
const NARROWEST = 8;

/** A row a task and a column a miner; where the terminal is narrow, less is said of the task, then of the miners. */
function tasksOf(board: Board, { width, now }: { width: number; now: number }): string[] {
  if (board.tasks.length === 0) return [];
  const miners = [...board.miners];
  const widest = Math.max(13, ...miners.map(([, { name }]) => name.length + 2));
  const room = Math.floor((width - 22) / Math.max(1, miners.length));
  const column = Math.max(NARROWEST, Math.min(widest, room));
  const label = Math.max(20, Math.min(LABEL, width - column * miners.length - 2));
  const rows = board.tasks.map((task) => {
    const cells = miners.map(([hotkey]) => coloured(task.cells.get(hotkey), column, now));
    return `  ${labelOf(task, label - 2)}${cells.join("")}`;
  });
  const names = miners.map(([, { name }]) => cut(name, column - 1).padEnd(column)).join("");
  return [...rows, paint("dim", `  ${"".padEnd(label - 2)}${names}`)];
}

function labelOf({ id, known }: BoardTask, width: number): string {
  if (known === null) return cut(id, width - 1).padEnd(width);
  const { logit, low, high } = known.difficulty;
  const short = `${logit.toFixed(1).padStart(4)} ±${((high - low) / 2).toFixed(1)}`;
  const difficulty = width >= LABEL - 2 ? `difficulty ${short}` : short;
  const kind = width - difficulty.length - 3;
  const { generator } = known;
  const name = generator.length > kind ? generator.slice(generator.lastIndexOf("/") + 1) : generator;
  return `${cut(name, kind).padEnd(kind)} ${difficulty}  `;
}

function coloured(cell: Cell | undefined, width: number, now: number): string {
  const text = cut(textOf(cell, now), width - 1).padEnd(width);
  if (cell?.kind !== "judged") return text;
  return paint(cell.verdict === "resolved" ? "green" : "red", text);
}

function textOf(cell: Cell | undefined, now: number): string {
  if (!cell) return "";
  if (cell.kind === "asked") return `… ${Math.max(0, Math.round((now - cell.since) / 1000))} s`;
  if (cell.kind === "answered") return cell.status;
  if (cell.verdict === "resolved") return `✓ ${cell.score === null ? "" : cell.score.toFixed(2)}`.trimEnd();
  return `✗ ${cell.verdict === "unresolved" ? "" : cell.verdict}`.trimEnd();
}

/** What each miner has earned: its mean with the interval of the same rule that gives weights. */
function minersOf(board: Board, width: number): string[] {
  const name = Math.min(24, Math.max(13, ...[...board.miners.values()].map((miner) => miner.name.length)));
  const since = board.resumed ? "  since this start" : "";
  const head = `  ${"miner".padEnd(name)}  resolved  mean (95 % interval)  weight  incentive  TAO an epoch`;
  const rows = [...board.miners].map(([hotkey, miner]) => {
    const share = miner.incentive === null ? "–" : `${((miner.incentive / 65_535) * 100).toFixed(1)} %`;
    const earned = miner.emission === null ? "–" : (Number(miner.emission) / 1e9).toFixed(3);
    return [
      `  ${cut(miner.name, name).padEnd(name)}`,
      `${miner.resolved}/${miner.scores.length}`.padStart(8),
      meanOf(hotkey, miner).padStart(19),
      String(miner.weight ?? "–").padStart(6),
      share.padStart(9),
      earned.padStart(12),
    ].join("  ");
  });
  const fits = head.length + since.length <= width;
  return [
    paint("dim", fits ? head + since : head),
    ...rows,
    ...(fits || since === "" ? [] : [paint("dim", since)]),
  ];
}

function meanOf(hotkey: string, { scores }: BoardMiner): string {
  const [row] = weights(
    scores.map((score) => ({ hotkey, score })),
    [hotkey],
  );
  if (!row || scores.length === 0) return "–";
  return `${row.mean.toFixed(3)} (${row.low.toFixed(2)}–${row.high.toFixed(2)})`;
}
