import type { Check } from "../../platform/index.ts";
import { TaoceptionError } from "../../platform/index.ts";
import type { OciChoice } from "../choice.ts";
import { type Engine, reachEngine } from "./engine.ts";
import { openImage, unseeing } from "./image.ts";

/** Whether an engine answers, and whether jobs can run in the image. */
export async function checkOci(choice: OciChoice): Promise<Check[]> {
  const engineName = "container engine";
  let engine: Engine;
  try {
    engine = await reachEngine(choice);
  } catch (error) {
    return [failed(engineName, error)];
  }
  const reached = { name: engineName, ok: true, detail: `${engine.name} at ${engine.url}` };
  const name = `image ${choice.image}`;
  try {
    const { interpreter, pythonVersion, sees } = await openImage(choice.image, { ...choice, engine });
    const detail = `${interpreter} ${pythonVersion}`;
    return [reached, sees ? { name, ok: true, detail } : failed(name, unseeing(engine))];
  } catch (error) {
    return [reached, failed(name, error)];
  }
}

/** For whoever did not choose an engine: whether there is one. */
export async function tellEngine(choice: Omit<OciChoice, "image">): Promise<Check> {
  const name = "container engine";
  const detail = await reachEngine(choice).then(
    (engine) =>
      `${engine.name} at ${engine.url}, not in use (TAOCEPTION_SANDBOX=oci and TAOCEPTION_IMAGE would use it)`,
    () => "none here, and none needed (TAOCEPTION_SANDBOX=oci would use one)",
  );
  return { name, ok: true, detail };
}

function failed(name: string, error: unknown): Check {
  const mend = error instanceof TaoceptionError ? error.mend : undefined;
  return { name, ok: false, detail: (error as Error).message, ...(mend ? { mend } : {}) };
}
