import type { Command } from "commander";
import { z } from "zod";
import { systemClock } from "../../platform/index.ts";
import { runSubnet } from "../../subnet/index.ts";
import type { Door } from "../door.ts";
import { cacheFolder, homeFolder } from "../home.ts";
import { launcher } from "../launcher.ts";
import { configure, UsageError, whole } from "../usage.ts";
import { openJsonScreen, openLiveScreen, openPlainScreen } from "../view/screen.ts";

const Options = z.object({
  home: z.string().optional(),
  cache: z.string().optional(),
  rounds: whole(1, 1_000_000).optional(),
  package: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(==[A-Za-z0-9.!+_-]+)?$/, "give NAME or NAME==VERSION")
    .optional(),
  path: z.string().optional(),
  deadline: whole(5, 3_600),
  blockMs: whole(50, 60_000),
  tempo: whole(2, 50_400),
  json: z.boolean().optional(),
  plain: z.boolean().optional(),
  databaseUrl: z.url().optional(),
});

export function add(program: Command, door: Door): void {
  program
    .command("up")
    .description("run a local subnet: a chain, a validator and three miners, on real packages")
    .option("--home <dir>", "where all state lives (TAOCEPTION_HOME; default: the user's data folder)")
    .option("--cache <dir>", "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option("--rounds <n>", "end after so many rounds, one weights beat and one epoch")
    .option("--package <name[==version]>", "make every task from this package")
    .option("--path <dir>", "make every task from the Python project in this folder")
    .option("--deadline <seconds>", "how long miners have for a challenge", "60")
    .option("--block-ms <ms>", "time between blocks of the local chain", "500")
    .option("--tempo <blocks>", "blocks between two epochs", "60")
    .option("--database-url <url>", "use this Postgres in place of the embedded one (DATABASE_URL)")
    .option("--json", "print one JSON event a line on stdout")
    .option("--plain", "print one line of text an event in place of the live view")
    .action(async (given: Record<string, unknown>) => {
      const { databaseUrl, ...options } = configure(Options, {
        databaseUrl: door.environment.DATABASE_URL,
        ...given,
      });
      if (options.package && options.path)
        throw new UsageError(["give either --package or --path, not both"]);
      const screen = options.json
        ? openJsonScreen(door.stdout)
        : options.plain || !door.stdout.isTTY
          ? openPlainScreen(door.stdout)
          : openLiveScreen(door.stdout, systemClock.now);
      using shown = screen;
      const { home: flag, cache, json, plain, rounds, package: only, path, ...times } = options;
      await runSubnet(
        {
          ...times,
          home: homeFolder(flag, door.environment),
          cache: cacheFolder(cache, door.environment),
          ...(rounds === undefined ? {} : { rounds }),
          ...(only === undefined ? {} : { package: only }),
          ...(path === undefined ? {} : { path }),
          ...(databaseUrl === undefined ? {} : { databaseUrl }),
        },
        {
          launcher: launcher(door),
          onEvent: (event) => shown.show(event),
          onProgress: (text) =>
            void (json || !door.stdout.isTTY ? door.stderr.write(`${text}\n`) : shown.say(text)),
          signal: door.signal,
        },
      );
    });
}
