import type { ForeignContainer, ForeignSpec } from "./oci/foreign.ts";

/** `openContainer` of the engine's folder, which is loaded only when a container is asked for. */
export async function openContainer(
  spec: ForeignSpec,
  choice: { engine?: string | undefined; certificates?: string | undefined } = {},
): Promise<ForeignContainer> {
  return (await import("./oci/foreign.ts")).openContainer(spec, choice);
}
