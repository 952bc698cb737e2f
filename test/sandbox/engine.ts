// @ts-expect-error scripts are plain JavaScript
import { missingForEngine, startEngine } from "../../scripts/oci/engine.mjs";

/** An engine to test with, as the variables that name it, or why there is none. */
export type EngineHere =
  | { ok: true; environment: Record<string, string>; close: () => Promise<void> }
  | { ok: false; why: string };

/** The engine that the person named, else one of our own, where what it needs is installed. It ends with `close`. */
export async function engineHere(): Promise<EngineHere> {
  const { TAOCEPTION_OCI = "", DOCKER_HOST = "", TAOCEPTION_IMAGE = "" } = process.env;
  if ((TAOCEPTION_OCI || DOCKER_HOST) && TAOCEPTION_IMAGE)
    return {
      ok: true,
      environment: { TAOCEPTION_OCI, DOCKER_HOST, TAOCEPTION_IMAGE },
      close: async () => {},
    };
  const missing: string | undefined = missingForEngine();
  if (missing !== undefined) return { ok: false, why: missing };
  const { engine, image, close } = await startEngine();
  return { ok: true, environment: { TAOCEPTION_OCI: engine, TAOCEPTION_IMAGE: image }, close };
}
