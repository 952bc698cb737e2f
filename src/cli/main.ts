import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { collectProblems } from "./configure.ts";
import type { Door } from "./door.ts";
import { openDoor } from "./openDoor.ts";
import { exitCodeOf, linesOf } from "./usage.ts";

/** Commands by name, each loaded when it is asked for. */
export const COMMANDS = {
  up: () => import("./commands/up.ts"),
  doctor: () => import("./commands/doctor.ts"),
  tasks: () => import("./commands/tasks.ts"),
  evaluate: () => import("./commands/evaluate.ts"),
  verify: () => import("./commands/verify.ts"),
  receipt: () => import("./commands/receipt.ts"),
  replay: () => import("./commands/replay.ts"),
  cache: () => import("./commands/cache.ts"),
  dataset: () => import("./commands/dataset.ts"),
  wallet: () => import("./commands/wallet.ts"),
  chain: () => import("./commands/chain.ts"),
  weights: () => import("./commands/weights.ts"),
  validator: () => import("./commands/validator.ts"),
  worker: () => import("./commands/worker.ts"),
  miner: () => import("./commands/miner.ts"),
} satisfies Record<string, () => Promise<{ add: (program: Command, door: Door) => void }>>;

/** Run one command line; resolves to the exit code. Never calls process.exit. */
export async function main(door: Door): Promise<number> {
  const { argv, stderr, signal } = door;
  const say = (line: string) => void stderr.write(`taoception: ${line}\n`);
  try {
    await (await parserFor(door)).parseAsync([...argv], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // the last flag lacks its value: with an empty one, that is told together with everything else
      if (error.code === "commander.optionMissingArgument") return main({ ...door, argv: [...argv, ""] });
      if (error.code !== "commander.help") say(error.message.replace(/^error: /, "").replaceAll("\n", " "));
      return 2;
    }
    if (signal.aborted) return 130;
    for (const line of linesOf(error)) say(line);
    if (door.environment.TAOCEPTION_DEBUG) stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    return exitCodeOf(error);
  }
}

/** The parser of a command line; only the command that is asked for is loaded, all of them for help. */
async function parserFor(door: Door): Promise<Command> {
  const program = new Command("taoception")
    .description("A market in which coding agents are paid for patches that really work.")
    .version(version(), "--version", "print the version")
    .helpOption("-h, --help", "tell what there is")
    .enablePositionalOptions() // what follows a command is its own, also where the command above has such a flag
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void door.stdout.write(text),
      writeErr: (text) => void door.stderr.write(text),
      outputError: () => {}, // told by `main`
    });
  const wanted = door.argv.find((word) => !word.startsWith("-")) ?? "";
  const known = Object.hasOwn(COMMANDS, wanted)
    ? [COMMANDS[wanted as keyof typeof COMMANDS]]
    : Object.values(COMMANDS);
  for (const load of known) (await load()).add(program, door);
  for (const command of everyCommand(program)) collectProblems(command);
  return program;
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function version(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}

if (import.meta.main) await openDoor(process, main);
