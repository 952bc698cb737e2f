import type { Command } from "commander";
import { z } from "zod";
import { openLogger, TaoceptionError } from "../../platform/index.ts";
import { attach } from "../attach.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { logLevel, whole } from "../fields.ts";
import { contentsOf, jsonOf } from "../jsonInput.ts";
import { UsageError } from "../usage.ts";

const Options = z.object({
  home: z.string(),
  port: whole(0, 65_535),
  genesis: z.string(),
  blockMs: whole(10, 60_000),
  attached: z.boolean().optional(),
  logLevel,
});

/** `chain run`: the chain's own process. */
export function addRun(chain: Command, door: Door): void {
  const command = chain
    .command("run")
    .description("run the embedded chain's process (started by up)")
    .requiredOption("--home <dir>", "where the block log lies")
    .requiredOption("--genesis <file>", "accounts and parameters of block 0, as JSON")
    .option("--port <port>", "loopback port, 0 for a free one", "0")
    .option("--block-ms <ms>", "time between two blocks", "500")
    .option("--attached", "end when standard input closes");
  runs(command, Options, door, async ({ genesis: file, attached, logLevel: level, ...options }) => {
    const signal = attached ? attach(door) : door.signal;
    const genesis = jsonOf("--genesis", await contentsOf("--genesis", file));
    const { startLocalChain } = await import("../../localchain/index.ts");
    const logger = openLogger("chain", level);
    await using running = await startLocalChain({ ...options, genesis, logger, signal }).catch((error) => {
      const own = error instanceof TaoceptionError && error.code === "bad-genesis";
      throw own ? new UsageError([`--genesis: ${error.message}`]) : error;
    });
    door.stdout.write(`${JSON.stringify({ port: running.port, genesisHash: running.genesisHash })}\n`);
    await running.ended;
  });
}
