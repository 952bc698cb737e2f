import type { Event } from "../../protocol/index.ts";
import { cut } from "./text.ts";

/** One miner's state on one task, as the live view shows it. */
export type Cell =
  | { kind: "asked"; since: number }
  | { kind: "answered"; status: string }
  | { kind: "judged"; verdict: string; score: number | null };

export interface BoardTask {
  id: string;
  /** Null for a task of a round that had begun before this start. */
  known: { generator: string; difficulty: { logit: number; low: number; high: number } } | null;
  cells: Map<string, Cell>;
}

export interface BoardMiner {
  name: string;
  resolved: number;
  scores: number[];
  weight: number | null;
  incentive: number | null;
  emission: string | null;
}

/** Everything the live view draws, folded from the event stream alone, but for what was said beside it. */
export interface Board {
  netuid: number | null;
  round: number | null;
  package: { name: string; version: string } | null;
  /** What goes on between rounds; while miners are asked the cells tell (`stage.ts`). */
  stage: string;
  /** Said beside the events, and newer than them; `until` is Unix milliseconds. */
  said: { text: string; until: number } | null;
  /** Said beside the events, and true for as long as the subnet runs. */
  lasting: string[];
  /** Whether the record had events before this start; null before the first one. */
  resumed: boolean | null;
  tasks: BoardTask[];
  miners: Map<string, BoardMiner>;
  packages: Set<string>;
  deadline: number | null;
  epoch: { index: number; block: number } | null;
  log: { at: string; text: string }[];
  ended: boolean;
}

export function emptyBoard(): Board {
  return {
    netuid: null,
    round: null,
    package: null,
    stage: "starting",
    said: null,
    lasting: [],
    resumed: null,
    tasks: [],
    miners: new Map(),
    packages: new Set(),
    deadline: null,
    epoch: null,
    log: [],
    ended: false,
  };
}

/** Fold one event into the board (which is changed in place). Events must come in their order. */
export function follow(board: Board, event: Event): Board {
  board.resumed ??= event.seq > 1;
  const miner = "miner" in event ? minerOf(board, event.miner) : undefined;
  const cells = "miner" in event ? taskOf(board, event.task, event.round).cells : undefined;
  switch (event.type) {
    case "ready":
      board.ended = false; // a validator that was started again
      board.netuid = event.netuid;
      for (const { hotkey, name } of event.miners) minerOf(board, hotkey).name = name;
      stage(board, "drawing a package");
      break;
    case "package":
      begin(board, event.round);
      board.package = { name: event.name, version: event.version };
      board.packages.add(event.name);
      stage(board, "making tasks");
      break;
    case "package-failed":
      stage(board, "drawing another package");
      log(
        board,
        event.at,
        `${cut(event.name, 30)} ${event.version} left out at ${event.stage}: ${event.reason}`,
      );
      break;
    case "task": {
      const { generator, difficulty } = event;
      taskOf(board, event.task, event.round).known = { generator, difficulty };
      stage(board, "asking the miners");
      break;
    }
    case "challenge":
      board.deadline = Date.parse(event.deadline);
      board.said = null;
      cells?.set(event.miner, { kind: "asked", since: Date.parse(event.at) });
      break;
    case "commit":
      cells?.set(event.miner, { kind: "answered", status: "committed" });
      break;
    case "attempt":
      cells?.set(event.miner, { kind: "answered", status: event.status });
      break;
    case "verdict":
      cells?.set(event.miner, { kind: "judged", verdict: event.verdict, score: null });
      if (miner && event.verdict === "resolved") miner.resolved += 1;
      break;
    case "score": {
      const cell = cells?.get(event.miner);
      if (cell?.kind === "judged") cell.score = event.score;
      miner?.scores.push(event.score);
      break;
    }
    case "weights":
      for (const row of event.rows) minerOf(board, row.hotkey).weight = row.weight;
      log(
        board,
        event.at,
        `weights ${event.way === "timelocked" ? "sealed" : "set"} at block ${event.block}`,
      );
      break;
    case "epoch":
      board.epoch = { index: event.index, block: event.block };
      for (const neuron of event.neurons) {
        const known = board.miners.get(neuron.hotkey);
        if (known) Object.assign(known, { incentive: neuron.incentive, emission: neuron.emission });
      }
      log(board, event.at, `epoch ${event.index} at block ${event.block}`);
      break;
    case "note":
      log(board, event.at, event.text);
      break;
    case "end":
      board.ended = true;
      board.said = { text: `ended: ${event.reason}`, until: Number.POSITIVE_INFINITY };
      break;
  }
  return board;
}

/** Once events come, what is said beside them is news for this long. */
const SAID_MS = 5_000;

/** Take what is said beside the events: what goes on now, or what lasts. */
export function tell(board: Board, at: string, text: string, lasting: boolean): void {
  if (lasting) board.lasting.push(text);
  else {
    log(board, at, text);
    if (board.ended) return;
    const until = board.netuid === null ? Number.POSITIVE_INFINITY : Date.parse(at) + SAID_MS;
    board.said = { text, until };
  }
}

/** Add a line to the last few that are shown. */
export function log(board: Board, at: string, text: string): void {
  board.log.push({ at, text });
  if (board.log.length > 5) board.log.shift();
}

function stage(board: Board, text: string): void {
  board.stage = text;
  board.said = null;
}

/** A round begins: what is shown of the one before goes. */
function begin(board: Board, round: number): void {
  if (board.round === round) return;
  Object.assign(board, { round, package: null, tasks: [], deadline: null });
}

/** The task of that name; one that nothing was heard of before belongs to a round that this start goes on with. */
function taskOf(board: Board, id: string, round: number): BoardTask {
  begin(board, round);
  const known = board.tasks.find((task) => task.id === id);
  if (known) return known;
  const fresh: BoardTask = { id, known: null, cells: new Map() };
  board.tasks.push(fresh);
  return fresh;
}

function minerOf(board: Board, hotkey: string): BoardMiner {
  const known = board.miners.get(hotkey);
  if (known) return known;
  const fresh: BoardMiner = {
    name: `${hotkey.slice(0, 6)}…`,
    resolved: 0,
    scores: [],
    weight: null,
    incentive: null,
    emission: null,
  };
  board.miners.set(hotkey, fresh);
  return fresh;
}
