import { arithmetic } from "./arithmetic.ts";
import { calls } from "./calls.ts";
import { compare } from "./compare.ts";
import { exceptions } from "./exceptions.ts";
import { flow } from "./flow.ts";
import { missing } from "./missing.ts";
import { names } from "./names.ts";
import { statements } from "./statements.ts";
import type { Template } from "./template.ts";

/** All repair operators. */
export const templates: readonly Template[] = [
  ...compare,
  ...arithmetic,
  ...calls,
  ...names,
  ...statements,
  ...missing,
  ...flow,
  ...exceptions,
];

const byType = new Map<string, Template[]>();
for (const template of templates)
  for (const type of template.at) byType.set(type, [...(byType.get(type) ?? []), template]);

/** The templates that look at nodes of a type. */
export const templatesAt = (type: string): readonly Template[] => byType.get(type) ?? [];
