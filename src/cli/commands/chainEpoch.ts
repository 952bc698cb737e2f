import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { z } from "zod";
import { runCase } from "../../yuma/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { contentsOf, jsonOf } from "../jsonInput.ts";
import { UsageError } from "../usage.ts";

const Options = z.object({ input: z.string() });

/** `chain epoch`: Yuma by hand. */
export function addEpoch(chain: Command, door: Door): void {
  const command = chain
    .command("epoch")
    .description("compute one epoch case exactly as the chain does, and print its outcome as JSON")
    .requiredOption("--input <file>", "a case as JSON (the format of test/vectors), or - for standard input");
  runs(command, Options, door, async ({ input }) => {
    const given = input === "-" ? await text(door.stdin) : await contentsOf("--input", input);
    door.stdout.write(`${JSON.stringify(epochs(jsonOf("--input", given)))}\n`);
  });
}

/** Compute a case; what is wrong with it is told in one line. */
function epochs(value: unknown): ReturnType<typeof runCase> {
  if (typeof value === "object" && value !== null && "cases" in value)
    throw new UsageError(["--input: this holds many cases; give one of its cases"]);
  try {
    return runCase(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const line = error.message.replace(/\s+/g, " ").replace(": ✖", ":").replaceAll(" ✖", ";");
    throw new UsageError([`--input: ${line.slice(0, 2_000)}`]);
  }
}
