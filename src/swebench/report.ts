import { z } from "zod";
import { dumps, type Json } from "./pythonJson.ts";

const Cases = z.object({ success: z.array(z.string()), failure: z.array(z.string()) });
const Tests = z.object({
  FAIL_TO_PASS: Cases,
  PASS_TO_PASS: Cases,
  FAIL_TO_FAIL: Cases,
  PASS_TO_FAIL: Cases,
});

/** What `report.json` says of one instance, its keys in swebench's order. */
export const Report = z.object({
  patch_is_None: z.boolean(),
  patch_exists: z.boolean(),
  patch_successfully_applied: z.boolean(),
  resolved: z.boolean(),
  infra_failure: z.boolean(),
  infra_failure_reason: z.string().optional(),
  tests_status: Tests.optional(),
});
export type Report = z.infer<typeof Report>;

/** The bytes of `report.json`, as swebench 5.0.2 writes it. */
export function reportText(instance: string, report: Report): string {
  return dumps(new Map([[instance, report as Json]]), 4);
}

/** The verdict in the text of a `report.json` that lies there; null where it is cut off or of another instance. */
export function resolvedIn(text: string, instance: string): boolean | null {
  try {
    const all = z.record(z.string(), z.object({ resolved: z.boolean() })).parse(JSON.parse(text));
    return (Object.hasOwn(all, instance) ? all[instance]?.resolved : undefined) ?? null;
  } catch {
    return null;
  }
}
