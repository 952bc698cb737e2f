import type { EngineChoice } from "./oci/engine.ts";
import type { ForeignContainer, ForeignSpec } from "./oci/foreign.ts";
import type { Left } from "./oci/left.ts";

/** `openContainer` of the engine's folder, which is loaded only when a container is asked for. */
export async function openContainer(
  spec: ForeignSpec,
  choice: { engine?: string | undefined; certificates?: string | undefined } = {},
): Promise<ForeignContainer> {
  return (await import("./oci/foreign.ts")).openContainer(spec, choice);
}

/** `leftOnEngine` of the engine's folder, loaded as late. */
export async function leftOnEngine(images: readonly string[], choice: EngineChoice = {}): Promise<Left> {
  return (await import("./oci/left.ts")).leftOnEngine(images, choice);
}
