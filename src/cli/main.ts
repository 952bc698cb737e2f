import { Command, CommanderError } from "commander";
import { explain } from "../platform/index.ts";
import type { Door } from "./door.ts";
import { exitCodeOf, UsageError } from "./usage.ts";

const COMMANDS = {
  up: () => import("./commands/up.ts"),
  doctor: () => import("./commands/doctor.ts"),
  tasks: () => import("./commands/tasks.ts"),
  evaluate: () => import("./commands/evaluate.ts"),
  replay: () => import("./commands/replay.ts"),
  chain: () => import("./commands/chain.ts"),
  dataset: () => import("./commands/dataset.ts"),
  validator: () => import("./commands/validator.ts"),
  miner: () => import("./commands/miner.ts"),
} satisfies Record<string, () => Promise<{ add: (program: Command, door: Door) => void }>>;

/** Run one command line; resolves to the exit code. Never calls process.exit. */
export async function main(door: Door): Promise<number> {
  const program = new Command("taoception")
    .description("A market in which coding agents are paid for patches that really work.")
    .showHelpAfterError("(--help tells what there is)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void door.stdout.write(text),
      writeErr: (text) => void door.stderr.write(text),
    });
  const wanted = door.argv.find((word) => !word.startsWith("-"));
  const known =
    wanted !== undefined && wanted in COMMANDS
      ? [COMMANDS[wanted as keyof typeof COMMANDS]]
      : Object.values(COMMANDS);
  for (const load of known) (await load()).add(program, door);
  for (const command of everyCommand(program))
    command.exitOverride().configureOutput(program.configureOutput()).allowExcessArguments(false);
  try {
    await program.parseAsync(door.argv as string[], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError) {
      for (const problem of error.problems) door.stderr.write(`taoception: ${problem}\n`);
      return 2;
    }
    if (door.signal.aborted) return 130;
    door.stderr.write(`taoception: ${explain(error)}\n`);
    if (door.environment.TAOCEPTION_DEBUG)
      door.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    return exitCodeOf(error);
  }
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

if (import.meta.main) {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => stop.abort(new Error(name)));
  process.exitCode = await main({
    argv: process.argv.slice(2),
    environment: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: stop.signal,
  });
}
