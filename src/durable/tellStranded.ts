import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Logger } from "../platform/index.ts";

/** Workflows that were begun under another version never go on by themselves: say so. */
export async function tellStranded({
  executorId,
  applicationVersion,
  logger,
}: {
  executorId: string;
  applicationVersion: string;
  logger: Logger;
}): Promise<void> {
  const found = await DBOS.listWorkflows({
    status: ["PENDING", "ENQUEUED"],
    executorId,
    loadInput: false,
    loadOutput: false,
  });
  const stranded = found.filter((workflow) => workflow.applicationVersion !== applicationVersion);
  if (stranded.length > 0)
    logger.warn(
      `${stranded.length} unfinished workflows of another version are left alone: ${stranded
        .slice(0, 5)
        .map(({ workflowID }) => workflowID)
        .join(", ")}`,
    );
}
