import { openLogger, TaoceptionError } from "../../platform/index.ts";
import type { Door } from "../door.ts";
import { bytesOf } from "../jsonInput.ts";
import { UsageError } from "../usage.ts";

const FILE_IS_WRONG = ["bad-spec", "bad-runtime", "bad-genesis"];

/** `chain run --chain.runtime FILE`: a chain over a real runtime, until the signal. */
export async function runRuntime(
  file: string,
  { port, blockMs, logLevel }: { port: number; blockMs: number; logLevel: Parameters<typeof openLogger>[1] },
  { stdout, signal }: Pick<Door, "stdout" | "signal">,
): Promise<void> {
  const runtime = await bytesOf("--chain.runtime", file);
  const { startRuntimeChain } = await import("../../runtimechain/index.ts");
  const logger = openLogger("chain", logLevel);
  await using running = await startRuntimeChain({ runtime, port, blockMs, logger, signal }).catch((error) => {
    const own = error instanceof TaoceptionError && FILE_IS_WRONG.includes(error.code);
    throw own ? new UsageError([`--chain.runtime: ${error.message}`]) : error;
  });
  const { url, genesisHash, version } = running;
  const { specName, specVersion } = version;
  stdout.write(`${JSON.stringify({ url, port: running.port, genesisHash, specName, specVersion })}\n`);
  await running.ended;
}
