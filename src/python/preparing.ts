import type { Blobs, Clock, Logger } from "../platform/index.ts";
import type { Index } from "../pypi/index.ts";
import type { Sandbox } from "../sandbox/index.ts";

/** What preparing takes. `cache` is a folder of its own: trees, layers, metadata, uv's store, what was learnt. */
export interface Preparing {
  sandbox: Sandbox;
  blobs: Blobs;
  cache: string;
  uv: string;
  index: Index;
  /** The folder of the standard library, where it is not the interpreter's own. */
  library?: string;
  clock: Clock;
  logger: Logger;
  offline?: boolean;
  signal?: AbortSignal;
}
