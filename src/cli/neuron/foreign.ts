import { type Command, Option } from "commander";
import { z } from "zod";

/**
 * Flags that neurons of other subnets of this lineage take and that mean nothing here: existing start scripts run
 * unchanged, and are told once. A value is asked for where theirs have one.
 */
const FLAGS: Readonly<Record<string, { value: boolean; why: string }>> = {
  mock: { value: false, why: "`up` runs a whole subnet without any network" },
  "neuron.device": { value: true, why: "nothing here runs on a GPU" },
  "neuron.epoch_length": { value: true, why: "weights are set once a tempo, as the chain has it" },
  "neuron.events_retention_size": { value: true, why: "the record is kept whole" },
  "neuron.dont_save_events": { value: false, why: "the record is what scores follow from" },
  "neuron.num_concurrent_forwards": { value: true, why: "rounds come one after the other" },
  "neuron.sample_size": { value: true, why: "every miner is asked" },
  "neuron.moving_average_alpha": { value: true, why: "weights are means over a window of rounds" },
  "neuron.axon_off": { value: false, why: "answers are brought to the axon" },
  axon_off: { value: false, why: "answers are brought to the axon" },
  "neuron.vpermit_tao_limit": { value: true, why: "--min-stake says who is listened to" },
  "axon.max_workers": { value: true, why: "requests wait for no threads" },
  "blacklist.allow_non_registered": { value: false, why: "a hotkey without a uid is never listened to" },
  "wandb.off": { value: false, why: "nothing is sent anywhere" },
  "wandb.offline": { value: false, why: "nothing is sent anywhere" },
  "wandb.notes": { value: true, why: "nothing is sent anywhere" },
  "wandb.project_name": { value: true, why: "nothing is sent anywhere" },
  "wandb.entity": { value: true, why: "nothing is sent anywhere" },
  "max-instance-cost": { value: true, why: "an agent's budget is --candidates" },
  "use-mock-responses": { value: false, why: "answers are never made up" },
};

const attribute = (name: string) => new Option(`--${name}`).attributeName();

export const foreignFields = Object.fromEntries(
  Object.entries(FLAGS).map(([name, { value }]) => [
    attribute(name),
    (value ? z.string() : z.boolean()).optional(),
  ]),
);

/** Let a command take them, without a word in its help. */
export function foreignFlags(command: Command): Command {
  for (const [name, { value }] of Object.entries(FLAGS))
    command.addOption(new Option(`--${name}${value ? " <value>" : ""}`, "means nothing here").hideHelp());
  return command;
}

/** A line for each of them that was given: what it means here instead. */
export function foreignGiven(options: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(FLAGS).flatMap(([name, { why }]) =>
    options[attribute(name)] === undefined ? [] : [`--${name} means nothing here: ${why}`],
  );
}
