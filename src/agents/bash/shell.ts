import { z } from "zod";

/** What `inside/shell.py` answers to a command. `exit` is null when the time was over. */
export const Ran = z.object({ exit: z.number().int().nullable(), output: z.string() });
/** What it answers to the question for changes: new contents in base64, null for a file that is gone. */
export const Changed = z.object({ changes: z.record(z.string(), z.base64().nullable()) });

/** An agent's shell: commands run one by one in a private copy of the tree. */
export interface Shell {
  run(command: string, seconds: number): Promise<z.infer<typeof Ran>>;
  changes(): Promise<z.infer<typeof Changed>["changes"]>;
}
