import type { Event } from "../../protocol/index.ts";

/** One event as one plain line: what a log file or a pipe shows in place of the live view. */
export function line(event: Event, name: (hotkey: string) => string): string | null {
  const at = event.at.slice(11, 19);
  switch (event.type) {
    case "ready":
      return `${at}  subnet ${event.netuid} is up with ${event.miners.length} miners: ${event.miners.map((miner) => miner.name).join(", ")}`;
    case "package":
      return `${at}  round ${event.round}: ${event.name} ${event.version}`;
    case "package-failed":
      return `${at}  ${event.name} ${event.version} left out at ${event.stage}: ${event.reason}`;
    case "task":
      return `${at}  task ${event.task} (${event.generator}, difficulty ${event.difficulty.logit.toFixed(1)})`;
    case "challenge":
      return null;
    case "commit":
      return null;
    case "attempt":
      return `${at}  ${name(event.miner)} ${event.status} ${event.task}${event.elapsedMs === null ? "" : ` after ${(event.elapsedMs / 1000).toFixed(1)} s`}${event.reason ? ` (${event.reason})` : ""}`;
    case "verdict":
      return `${at}  ${name(event.miner)} ${event.verdict} ${event.task}${event.verdict === "resolved" ? "" : ` (${event.layer}: ${event.reason})`}`;
    case "score":
      return `${at}  ${name(event.miner)} scores ${event.score.toFixed(3)} on ${event.task}`;
    case "cerebro":
      return null;
    case "weights":
      return `${at}  weights ${event.way === "timelocked" ? "sealed " : ""}at block ${event.block}: ${event.rows.map((row) => `${name(row.hotkey)} ${row.weight}`).join(", ")}`;
    case "epoch":
      return `${at}  epoch ${event.index} at block ${event.block}: ${event.neurons
        .filter(({ incentive }) => incentive > 0)
        .map((neuron) => `${name(neuron.hotkey)} ${((neuron.incentive / 65535) * 100).toFixed(1)} %`)
        .join(", ")}`;
    case "note":
      return `${at}  ${event.text}`;
    case "end":
      return `${at}  ended after ${event.rounds} rounds: ${event.reason}`;
  }
}
