import type { Event } from "../../protocol/index.ts";

/** One miner's state on one task, as the live view shows it. */
export type Cell =
  | { kind: "asked"; since: number }
  | { kind: "answered"; status: string }
  | { kind: "judged"; verdict: string; score: number | null };

export interface BoardTask {
  id: string;
  generator: string;
  difficulty: { logit: number; low: number; high: number };
  cells: Map<string, Cell>;
}

export interface BoardMiner {
  name: string;
  asked: number;
  resolved: number;
  scored: number;
  total: number;
  weight: number | null;
  incentive: number | null;
  emission: string | null;
}

/** Everything the live view draws, folded from the event stream alone. */
export interface Board {
  netuid: number | null;
  round: number | null;
  package: { name: string; version: string } | null;
  stage: string;
  tasks: BoardTask[];
  miners: Map<string, BoardMiner>;
  packages: Set<string>;
  deadline: number | null;
  epoch: { index: number; block: number } | null;
  log: { at: string; text: string }[];
  ended: string | null;
}

export function emptyBoard(): Board {
  return {
    netuid: null,
    round: null,
    package: null,
    stage: "starting",
    tasks: [],
    miners: new Map(),
    packages: new Set(),
    deadline: null,
    epoch: null,
    log: [],
    ended: null,
  };
}

/** Fold one event into the board (which is changed in place). Events must come in their order. */
export function follow(board: Board, event: Event): Board {
  const task = "task" in event ? board.tasks.find(({ id }) => id === event.task) : undefined;
  const miner = "miner" in event ? minerOf(board, event.miner) : undefined;
  switch (event.type) {
    case "ready":
      board.netuid = event.netuid;
      for (const { hotkey, name } of event.miners) minerOf(board, hotkey).name = name;
      board.stage = "drawing a package";
      break;
    case "package":
      Object.assign(board, {
        round: event.round,
        package: { name: event.name, version: event.version },
        tasks: [],
        deadline: null,
        stage: "making tasks",
      });
      board.packages.add(event.name);
      break;
    case "package-failed":
      board.stage = "drawing another package";
      say(board, event.at, `${event.name} ${event.version} left out at ${event.stage}: ${event.reason}`);
      break;
    case "task":
      board.stage = "asking the miners";
      board.tasks.push({
        id: event.task,
        generator: event.generator,
        difficulty: event.difficulty,
        cells: new Map(),
      });
      break;
    case "challenge":
      board.stage = "miners at work";
      board.deadline = Date.parse(event.deadline);
      if (miner) miner.asked += 1;
      task?.cells.set(event.miner, { kind: "asked", since: Date.parse(event.at) });
      break;
    case "commit":
      task?.cells.set(event.miner, { kind: "answered", status: "committed" });
      break;
    case "attempt":
      task?.cells.set(event.miner, { kind: "answered", status: event.status });
      if (event.status === "patch") board.stage = "judging";
      break;
    case "verdict":
      board.stage = "judging";
      task?.cells.set(event.miner, { kind: "judged", verdict: event.verdict, score: null });
      if (miner && event.verdict === "resolved") miner.resolved += 1;
      break;
    case "score": {
      const cell = task?.cells.get(event.miner);
      if (cell?.kind === "judged") cell.score = event.score;
      if (miner) {
        miner.scored += 1;
        miner.total += event.score;
      }
      break;
    }
    case "weights":
      for (const row of event.rows) minerOf(board, row.hotkey).weight = row.weight;
      say(board, event.at, `weights set at block ${event.block}`);
      break;
    case "epoch":
      board.epoch = { index: event.index, block: event.block };
      for (const neuron of event.neurons) {
        const known = board.miners.get(neuron.hotkey);
        if (known) Object.assign(known, { incentive: neuron.incentive, emission: neuron.emission });
      }
      say(board, event.at, `epoch ${event.index} at block ${event.block}`);
      break;
    case "note":
      say(board, event.at, event.text);
      break;
    case "end":
      board.ended = event.reason;
      board.stage = "ended";
      break;
  }
  return board;
}

function minerOf(board: Board, hotkey: string): BoardMiner {
  const known = board.miners.get(hotkey);
  if (known) return known;
  const fresh: BoardMiner = {
    name: `${hotkey.slice(0, 6)}…`,
    asked: 0,
    resolved: 0,
    scored: 0,
    total: 0,
    weight: null,
    incentive: null,
    emission: null,
  };
  board.miners.set(hotkey, fresh);
  return fresh;
}

function say(board: Board, at: string, text: string): void {
  board.log.push({ at, text });
  if (board.log.length > 5) board.log.shift();
}
