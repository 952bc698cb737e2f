import type { Command } from "commander";
import type { z } from "zod";
import type { Door } from "./door.ts";
import { similar } from "./similar.ts";
import { UsageError } from "./usage.ts";

/** Fields that a variable gives where no flag does. A variable that is set to nothing is not set. */
const VARIABLES: Readonly<Record<string, string>> = {
  databaseUrl: "DATABASE_URL",
  logLevel: "TAOCEPTION_LOG",
  anthropicKey: "ANTHROPIC_API_KEY",
  openaiKey: "OPENAI_API_KEY",
  modelUrl: "LLM_BASE_URL",
  modelName: "LLM_MODEL",
  githubToken: "GITHUB_TOKEN",
};

/**
 * Let a command read its words by a schema, whose fields are named as its flags and arguments are, and then run.
 * Whatever is wrong with flags, arguments and variables is one UsageError.
 */
export function runs<T>(
  command: Command,
  schema: z.ZodType<T>,
  door: Door,
  run: (options: T) => Promise<void>,
): void {
  command.action(async () => run(configure(schema, command, door.environment)));
}

/**
 * Take from the parser what it would throw at the first problem: unknown flags, and what is missing or too much.
 * `configure` then tells these together with all else.
 */
export function collectProblems(command: Command): void {
  // which command is meant must be clear first, where it does nothing itself
  if (command.commands.length > 0 && command.registeredArguments.length === 0) return;
  command.usage(command.usage()); // as it reads while what is required is known to be
  command.allowUnknownOption().allowExcessArguments();
  for (const option of command.options) option.makeOptionMandatory(false);
  for (const argument of command.registeredArguments) argument.argOptional();
}

function configure<T>(schema: z.ZodType<T>, command: Command, environment: NodeJS.ProcessEnv): T {
  const { values, problems } = wordsOf(command);
  const flags = command.opts<Record<string, unknown>>();
  const bad = new Set<string>();
  for (const option of command.options) {
    const key = option.attributeName();
    const value = flags[key];
    if (!option.required || typeof value !== "string" || (value !== "" && !value.startsWith("--"))) continue;
    problems.push(`${option.long} has no value: ${option.description}`);
    bad.add(key);
  }
  const set = Object.entries(VARIABLES).filter(([, name]) => environment[name]);
  const variables = Object.fromEntries(set.map(([key, name]) => [key, environment[name]]));
  const given: Record<string, unknown> = { ...variables, ...flags, ...values };
  const result = schema.safeParse(given);
  if (result.success && problems.length === 0) return result.data;
  for (const { path, message } of result.error?.issues ?? []) {
    const key = String(path[0] ?? "");
    if (bad.has(key)) continue; // one problem a field is enough
    if (key !== "") bad.add(key);
    const { name, description } = called(key, command, flags);
    if (key === "") problems.push(message);
    else
      problems.push(
        given[key] === undefined && description
          ? `${name} is missing: ${description}`
          : `${name}: ${message}`,
      );
  }
  throw new UsageError(problems);
}

/** The command's arguments by name, and what is wrong with its words before any value is looked at. */
function wordsOf(command: Command): { values: Record<string, string>; problems: string[] } {
  const words = command.args.filter((word) => word !== "");
  const isFlag = (word: string) => /^-./.test(word) && !/^-\d/.test(word);
  const flags = words.filter(isFlag);
  const plain = words.filter((word) => !isFlag(word));
  const wanted = command.registeredArguments;
  const problems = flags.map((flag) => {
    const [name = flag] = flag.split("=");
    const near = similar(
      name,
      command.options.map(({ long }) => long ?? ""),
    );
    return `unknown flag ${name}${near ? `; did you mean ${near}?` : ` (${pathOf(command)} --help tells what there is)`}`;
  });
  // a word after an unknown flag may have been meant as its value
  if (flags.length === 0)
    for (const word of plain.slice(wanted.length)) problems.push(`${word} is one word too many`);
  const values = wanted.flatMap((argument, at) => {
    const word = plain[at];
    return word === undefined ? [] : [[argument.name(), word]];
  });
  return { values: Object.fromEntries(values), problems };
}

/** What a field is called where it comes from. */
function called(
  key: string,
  command: Command,
  flags: Record<string, unknown>,
): { name: string; description: string } {
  const option = command.options.find((each) => each.attributeName() === key);
  const argument = command.registeredArguments.find((each) => each.name() === key);
  const variable = VARIABLES[key];
  if (variable !== undefined && flags[key] === undefined) return { name: variable, description: "" };
  if (option) return { name: option.long ?? option.flags, description: option.description };
  return { name: `<${key}>`, description: argument?.description ?? "" };
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
