import type { Command } from "commander";
import { z } from "zod";
import { openLogger, TaoceptionError } from "../../platform/index.ts";
import { attach } from "../attach.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { logLevel, rule, whole } from "../fields.ts";
import { contentsOf, jsonOf } from "../jsonInput.ts";
import { UsageError } from "../usage.ts";
import { runRuntime } from "./chainRunRuntime.ts";

interface Places {
  "chain.runtime"?: unknown;
  home?: unknown;
  genesis?: unknown;
  blockMs?: unknown;
}
const real = (given: Places) => given["chain.runtime"] !== undefined;

const Options = z
  .object({
    "chain.runtime": z.string().optional(),
    home: z.string().optional(),
    port: whole(0, 65_535),
    genesis: z.string().optional(),
    blockMs: whole(0, 60_000),
    attached: z.boolean().optional(),
    logLevel,
  })
  .refine((given) => real(given) || given.home !== undefined, rule("", ["home"]))
  .refine((given) => real(given) || given.genesis !== undefined, rule("", ["genesis"]))
  .refine(
    (given) => !real(given) || (given.home === undefined && given.genesis === undefined),
    rule("it has its own genesis and keeps nothing: leave --home and --genesis out", ["chain.runtime"]),
  )
  .refine(
    (given) => real(given) || !(Number(given.blockMs) < 10),
    rule("give a whole number from 10 to 60000", ["blockMs"]),
  );

/** `chain run`: the chain's own process. */
export function addRun(chain: Command, door: Door): void {
  const command = chain
    .command("run")
    .description("run the embedded chain's process (started by up), or a chain over a real runtime")
    .option("--home <dir>", "where the block log lies")
    .option("--genesis <file>", "accounts and parameters of block 0, as JSON")
    .option("--chain.runtime <file>", "in place of both: a chain spec or a runtime's blob to execute")
    .option("--port <port>", "loopback port, 0 for a free one", "0")
    .option("--block-ms <ms>", "time between two blocks; 0 with --chain.runtime: only when asked", "500")
    .option("--attached", "end when standard input closes");
  runs(command, Options, door, async ({ genesis: file, home, attached, logLevel: level, ...options }) => {
    const signal = attached ? attach(door) : door.signal;
    const runtime = options["chain.runtime"];
    if (runtime !== undefined)
      return runRuntime(runtime, { ...options, logLevel: level }, { stdout: door.stdout, signal });
    if (home === undefined || file === undefined) throw new UsageError(["--home and --genesis are missing"]);
    const genesis = jsonOf("--genesis", await contentsOf("--genesis", file));
    const { startLocalChain } = await import("../../localchain/index.ts");
    const logger = openLogger("chain", level);
    const { port, blockMs } = options;
    const start = startLocalChain({ home, port, blockMs, genesis, logger, signal });
    await using running = await start.catch((error) => {
      const own = error instanceof TaoceptionError && error.code === "bad-genesis";
      throw own ? new UsageError([`--genesis: ${error.message}`]) : error;
    });
    door.stdout.write(`${JSON.stringify({ port: running.port, genesisHash: running.genesisHash })}\n`);
    await running.ended;
  });
}
