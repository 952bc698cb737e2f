import type { Command } from "commander";
import { z } from "zod";
import { agentNames } from "../../agents/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { modelFields, modelOf, whole } from "../fields.ts";
import { aliasFlag, neuronFields, neuronFlags, neuronRules } from "../neuron/flags.ts";
import { openNeuron } from "../neuron/open.ts";
import { toolUv } from "../surroundings.ts";

const RAO = 1_000_000_000n;

const Options = neuronRules(
  z.object({
    ...neuronFields,
    ...modelFields,
    model: z.string().optional(),
    agent: z.enum(agentNames, `give ${agentNames.join(" or ")}`),
    candidates: whole(1, 1_000_000),
    atOnce: whole(1, 64),
    minStake: whole(0, 21_000_000).transform((tao) => BigInt(tao) * RAO),
    "blacklist.force_validator_permit": z.boolean().default(false),
    name: z.string().regex(/^[\w.-]{1,40}$/, "give letters, digits, dots and dashes"),
  }),
);

export function add(program: Command, door: Door): void {
  const command = neuronFlags(
    program.command("miner").description("answer challenges with patches: receive, solve, commit, reveal"),
    "its jobs",
  )
    .optionsGroup("How it works:")
    .option(
      "--agent <name>",
      `who solves: ${agentNames.join(" or ")} (bash asks a language model, lookup the index)`,
      "repair",
    )
    .option("--model <name>", "which model bash asks (LLM_MODEL)")
    .option("--candidates <n>", "patches that are tried for a task", "400")
    .option("--at-once <n>", "tasks that are solved at a time", "1")
    .option("--min-stake <tao>", "what a validator must have staked to be listened to", "1000")
    .option(
      "--blacklist.force_validator_permit",
      "with --local, too: listen to validators with a permit alone",
    )
    .option("--name <name>", "for log lines", "miner");
  aliasFlag(command, "model-name", "model");
  aliasFlag(command, "neuron.name", "name");
  runs(command, Options, door, async (options) => {
    const { agent, candidates, atOnce, minStake, model } = options;
    const { neuron, logger, signal } = await openNeuron(options, "miner", options.name, door);
    const uv = await toolUv(door.environment);
    const { startMiner } = await import("../../miner/index.ts");
    await startMiner(
      {
        ...neuron,
        ...{ agent, candidates, atOnce, minStake, uv },
        permit: !neuron.local || options["blacklist.force_validator_permit"],
        model: modelOf({ ...options, ...(model === undefined ? {} : { modelName: model }) }),
        environment: door.environment,
      },
      { onReady: (ready) => void door.stdout.write(`${JSON.stringify(ready)}\n`), logger, signal },
    );
  });
}
