import { faultIn } from "./infra.ts";
import type { Prediction } from "./predictions.ts";
import { dumps, type Json } from "./pythonJson.ts";
import { byCodePoint } from "./pythonText.ts";

/** What became of one prediction: its report's verdict, a report that cannot be read, or none. */
export type Outcome = "resolved" | "unresolved" | "broken" | "none";

/** An instance after a run, as the run report counts it. */
export interface Ended {
  outcome: Outcome;
  /** Its logs that are there, `test_output.txt` first and `run_instance.log` after it. */
  logs: () => Promise<Uint8Array[]>;
}

/** What is left of a run on a container engine; `null` where none was used. */
export interface Leftovers {
  containers: readonly string[];
  images: readonly string[];
}

/**
 * The run report `<model>.<run id>.json` (schema_version 2) as swebench 5.0.2 writes it.
 * `ended` is asked of each row that has a prediction with a patch. Resolves to the report by its keys.
 */
export async function runReport(
  rows: readonly { id: string }[],
  predictions: ReadonlyMap<string, Prediction>,
  ended: (id: string) => Promise<Ended>,
  left: Leftovers | null = null,
): Promise<Map<string, Json>> {
  const sets = {
    completed: new Set<string>(),
    incomplete: new Set<string>(),
    empty_patch: new Set<string>(),
    submitted: new Set(predictions.keys()),
    resolved: new Set<string>(),
    unresolved: new Set<string>(),
    infra_failure: new Set<string>(),
    ambiguous_failure: new Set<string>(),
    error: new Set<string>(),
  };
  const reasons = new Map<string, string>();
  for (const { id } of rows) {
    const prediction = predictions.get(id);
    if (prediction === undefined) sets.incomplete.add(id);
    else if (!prediction.patch) sets.empty_patch.add(id);
    else {
      const { outcome, logs } = await ended(id);
      if (outcome !== "none") sets.completed.add(id);
      if (outcome === "resolved") sets.resolved.add(id);
      else {
        sets[outcome === "unresolved" ? "unresolved" : "error"].add(id);
        const fault = faultIn(await logs());
        if (fault === null) continue;
        reasons.set(id, fault.reason);
        sets[fault.sure ? "infra_failure" : "ambiguous_failure"].add(id);
      }
    }
  }
  const ids = (name: keyof typeof sets): [string, Json] => [`${name}_ids`, sorted(sets[name])];
  const count = (name: keyof typeof sets): [string, Json] => [`${name}_instances`, sets[name].size];
  return new Map<string, Json>([
    ["total_instances", rows.length],
    ...COUNTED.map(count),
    ...LISTED.map(ids),
    ["failure_reasons", new Map([...reasons].sort(([a], [b]) => byCodePoint(a, b)))],
    ids("error"),
    ["schema_version", 2],
    ...leftovers(left),
  ]);
}

/** The text of a run report's file. */
export function runReportText(report: ReadonlyMap<string, Json>): string {
  return `${dumps(report, 4)}\n`;
}

const COUNTED = [
  "submitted",
  "completed",
  "resolved",
  "unresolved",
  "infra_failure",
  "ambiguous_failure",
  "empty_patch",
  "error",
] as const;
const LISTED = [
  "completed",
  "incomplete",
  "empty_patch",
  "submitted",
  "resolved",
  "unresolved",
  "infra_failure",
  "ambiguous_failure",
] as const;

const sorted = (ids: Iterable<string>) => [...new Set(ids)].sort(byCodePoint);

function leftovers(left: Leftovers | null): [string, Json][] {
  if (left === null) return [];
  return [
    ["unstopped_instances", new Set(left.containers).size],
    ["unstopped_containers", sorted(left.containers)],
    ["unremoved_images", sorted(left.images)],
  ];
}
