import type { Board } from "./board.ts";

/** What goes on now, in words. While there are answers to wait for or to judge, the cells tell. */
export function stageOf(board: Board, now: number): string {
  if (board.said !== null && now < board.said.until) return board.said.text;
  const cells = board.tasks.flatMap((task) => [...task.cells.values()]);
  if (cells.length === 0) return board.stage;
  const working = cells.filter(({ kind }) => kind === "asked").length;
  const answers = cells.flatMap((cell) => (cell.kind === "answered" ? [cell.status] : []));
  const committed = answers.filter((status) => status === "committed").length;
  const unjudged = answers.filter((status) => status === "patch").length;
  const judged = cells.filter(({ kind }) => kind === "judged").length;
  const left = board.deadline === null ? 0 : Math.ceil((board.deadline - now) / 1000);

  const parts: string[] = [];
  if (working > 0 && left > 0)
    parts.push(`miners at work: ${cells.length - working} of ${cells.length} answers, ${left} s left`);
  else if (working + committed > 0 && left > -REVEAL_S)
    parts.push(`the deadline is over, waiting for ${working + committed} answers to be revealed`);
  if (unjudged > 0)
    parts.push(`${parts.length > 0 ? "" : "judging: "}${judged} of ${judged + unjudged} patches judged`);
  return parts.length > 0 ? parts.join("; ") : "all judged; the next package is drawn";
}

/** For how long committed answers may come after the deadline, in seconds, with a little patience. */
const REVEAL_S = 12;
