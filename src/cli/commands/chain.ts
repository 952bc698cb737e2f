import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";
import { runCase } from "../../yuma/index.ts";
import { attach } from "../attach.ts";
import type { Door } from "../door.ts";
import { configure, UsageError, whole } from "../usage.ts";

const Run = z.object({
  home: z.string().min(1),
  port: whole(0, 65_535),
  genesis: z.string().min(1),
  blockMs: whole(10, 60_000),
  attached: z.boolean().optional(),
});

export function add(program: Command, door: Door): void {
  const chain = program.command("chain").description("the embedded chain, and its epoch by hand");
  chain
    .command("epoch")
    .description("compute one epoch case exactly as the chain does, and print its outcome as JSON")
    .requiredOption("--input <file>", "a case as JSON (the format of test/vectors), or - for standard input")
    .action(async ({ input }: { input: string }) => {
      const given = input === "-" ? await text(door.stdin) : await contents("--input", input);
      const outcome = epochs(json("--input", given));
      door.stdout.write(`${JSON.stringify(outcome)}\n`);
    });
  chain
    .command("run")
    .description("run the embedded chain's process (started by up)")
    .requiredOption("--home <dir>", "where the block log lies")
    .requiredOption("--genesis <file>", "accounts and parameters of block 0, as JSON")
    .option("--port <port>", "loopback port, 0 for a free one", "0")
    .option("--block-ms <ms>", "time between two blocks", "500")
    .option("--attached", "end when standard input closes")
    .action(async (given: Record<string, unknown>) => {
      const { genesis: file, attached, ...options } = configure(Run, given);
      const signal = attached ? attach(door) : door.signal;
      const genesis = json("--genesis", await contents("--genesis", file));
      const { startLocalChain } = await import("../../localchain/index.ts");
      await using running = await startLocalChain({ ...options, genesis, signal }).catch((error) => {
        const own = error instanceof TaoceptionError && error.code === "bad-genesis";
        throw own ? new UsageError([`--genesis: ${error.message}`]) : error;
      });
      door.stdout.write(`${JSON.stringify({ port: running.port, genesisHash: running.genesisHash })}\n`);
      await running.ended;
    });
}

async function contents(flag: string, file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError([`${flag}: ${file} cannot be read (${error.code ?? error.message})`]);
  });
}

function json(flag: string, given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    throw new UsageError([`${flag}: this is not JSON`]);
  }
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
