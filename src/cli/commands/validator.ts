import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { modelOf, NOT_BOTH, notBoth, whole } from "../fields.ts";
import { launcher } from "../launcher.ts";
import { aliasFlag, neuronFields, neuronFlags, neuronRules } from "../neuron/flags.ts";
import { openNeuron } from "../neuron/open.ts";
import { roundFields, roundFlags } from "../roundOptions.ts";
import { toolUv } from "../surroundings.ts";

const Options = neuronRules(
  z
    .object({
      ...neuronFields,
      ...roundFields,
      model: z.string().optional(),
      names: z.string().transform(namesOf).default({}),
      after: whole(0, Number.MAX_SAFE_INTEGER).optional(),
      burn: z.boolean().default(false),
      "neuron.disable_set_weights": z.boolean().default(false),
      "wire.weights": z.boolean().default(false),
      githubToken: z.string().optional(),
    })
    .refine(notBoth, NOT_BOTH),
);

const Names = z.record(z.string(), z.string().max(60));

export function add(program: Command, door: Door): void {
  const command = neuronFlags(
    program
      .command("validator")
      .description(
        "run a validator: make tasks, ask miners, judge, set weights; one JSON event a line on stdout",
      ),
    "its record",
  );
  roundFlags(command.optionsGroup("Its rounds:"))
    .option("--database-url <url>", "use this Postgres in place of the embedded one (DATABASE_URL)")
    .option("--offline", "ask no package index: packages that were fetched before serve")
    .option("--model <name>", "which model judges (LLM_MODEL)")
    .option("--names <json>", "names of hotkeys for people, as a JSON object")
    .option("--after <seq>", "print the record's events after this one; default: those from now on")
    .optionsGroup("Its weights:")
    .option("--burn", "all weight to the subnet owner's uid while nobody has earned anything")
    .option(
      "--wire.weights",
      "weigh answers over the wire, although a public fix can be looked up; --local does, too",
    )
    .option("--neuron.disable_set_weights", "set no weights at all");
  aliasFlag(command, "neuron.timeout", "deadline");
  aliasFlag(command, "miner-request-timeout", "deadline", (minutes) => String(Number(minutes) * 60));
  runs(command, Options, door, async (options) => {
    const { environment } = door;
    const { rounds, package: only, path, names, after, offline, burn, model } = options;
    const { neuron, logger, signal } = await openNeuron(options, "validator", "validator", door);
    const uv = await toolUv(environment);
    const { startValidator } = await import("../../validator/index.ts");
    const print = (value: unknown) => void door.stdout.write(`${JSON.stringify(value)}\n`);
    await startValidator(
      {
        ...neuron,
        ...{ offline, burn, names, uv, environment },
        setsWeights: !options["neuron.disable_set_weights"],
        wireEarns: options["wire.weights"],
        mayOpenPullRequests: Boolean(options.githubToken),
        deadlineMs: options.deadline * 1000,
        model: modelOf({ ...options, ...(model === undefined ? {} : { modelName: model }) }),
        workers: options.workers,
        ...(rounds === undefined ? {} : { rounds }),
        ...(only === undefined ? {} : { package: only }),
        ...(path === undefined ? {} : { path: resolve(path) }),
        ...(after === undefined ? {} : { after }),
        ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
      },
      { onReady: print, onEvent: print, signal, launcher: launcher(door, door.stderr), logger },
    );
  });
}

function namesOf(text: string, context: z.RefinementCtx): Record<string, string> {
  try {
    return Names.parse(JSON.parse(text));
  } catch {
    context.addIssue("give a JSON object of hotkeys and names");
    return z.NEVER;
  }
}
