import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { openLogger } from "../../platform/index.ts";
import { attach } from "../attach.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { logLevel, modelFields, modelOf } from "../fields.ts";
import { cacheFolder, homeFolder, queueFolder } from "../home.ts";
import { toolUv } from "../surroundings.ts";

const Options = z.object({
  home: z.string().optional(),
  cache: z.string().optional(),
  name: z
    .string()
    .regex(/^[\w.-]{1,60}$/, "give a name of letters, digits, - and .")
    .optional(),
  path: z.string().optional(),
  offline: z.boolean().default(false),
  attached: z.boolean().optional(),
  logLevel,
  ...modelFields,
});

export function add(program: Command, door: Door): void {
  const command = program
    .command("worker")
    .description("judge patches for a validator of this machine, beside those that it started itself")
    .option(
      "--home <dir>",
      "the home of the subnet or validator (TAOCEPTION_HOME; default: the user's data folder)",
    )
    .option("--cache <dir>", "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option(
      "--name <name>",
      "what it is called; no two living ones are called the same (default: a random name)",
    )
    .option("--path <dir>", "the project's folder, where the validator works on one")
    .option("--offline", "ask no package index: packages that were fetched before serve")
    .option("--attached", "end when standard input closes");
  runs(command, Options, door, async (options) => {
    const { environment } = door;
    const { path, offline, name = `worker-${randomBytes(4).toString("hex")}` } = options;
    const { startWorker } = await import("../../validator/index.ts");
    await startWorker(
      {
        home: await queueFolder(homeFolder(options.home, environment)),
        cache: cacheFolder(options.cache, environment),
        uv: await toolUv(environment),
        ...{ name, offline, environment },
        ...(path === undefined ? {} : { path: resolve(path) }),
        model: modelOf(options),
      },
      {
        onReady: (ready) => void door.stdout.write(`${JSON.stringify(ready)}\n`),
        logger: openLogger(name, options.logLevel),
        signal: options.attached ? attach(door) : door.signal,
      },
    );
  });
}
