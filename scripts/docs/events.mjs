import { z } from "zod";
import { Event, EventBody } from "../../src/protocol/index.ts";
import { fieldTable } from "./shape.mjs";

/** What each event tells, in one sentence; an event without one fails the check. */
const MEANING = {
  ready: "The subnet is up; who takes part.",
  package: "A round has drawn its package.",
  "package-failed": "A package could not be prepared, or gave no task: why, and where the log is.",
  task: "A verified task has been made.",
  challenge:
    "A miner is asked; recorded before the task is sent. A miner that refuses has an attempt that says so.",
  commit: "The hash of a miner's answer arrived in time; `at` is the time that counts.",
  attempt:
    "What became of one miner's challenge: `patch`, `abstained`, `silent`, `late` or `refused`. An excused one has no score.",
  verdict:
    "A patch was judged: `resolved`, `unresolved`, `invalid-patch`, `timed-out`, `tampered` or `unscored`.",
  score: "The score of an attempt, with its components.",
  cerebro: "What Cerebro has learnt once the round's outcomes are counted; the last event of a round.",
  weights: "A weights beat: what the validator has set on the chain.",
  epoch: "An epoch of the chain: incentive, dividends and emission of every neuron.",
  note: "Something a person should know.",
  end: "The last event of a run: after its rounds, or because it was stopped.",
};

/** The JSON Schema of one line of `--json`. */
export function eventSchema() {
  return `${JSON.stringify(z.toJSONSchema(Event), null, 2)}\n`;
}

/** The same for people: a heading, a sentence and a table for each event. */
export function describeEvents() {
  return EventBody.options
    .map((option) => {
      const { properties, required } = z.toJSONSchema(option);
      const type = properties.type.const;
      if (!MEANING[type]) throw new Error(`scripts/docs/events.mjs does not say what "${type}" means`);
      return [`### ${type}`, "", MEANING[type], "", ...fieldTable({ properties, required }, ["type"])].join(
        "\n",
      );
    })
    .join("\n\n");
}
