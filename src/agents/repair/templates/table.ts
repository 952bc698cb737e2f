import { givenArguments, starred } from "./arguments.ts";
import { arithmetic } from "./arithmetic.ts";
import { blocks } from "./blocks.ts";
import { callees } from "./callees.ts";
import { compare } from "./compare.ts";
import { comprehensions } from "./comprehensions.ts";
import { conditions } from "./conditions.ts";
import { conversions } from "./conversions.ts";
import { exceptions } from "./exceptions.ts";
import { flow } from "./flow.ts";
import { guards } from "./guards.ts";
import { leaving } from "./leaving.ts";
import { names } from "./names.ts";
import { siblings } from "./siblings.ts";
import { repeated, statements } from "./statements.ts";
import type { Template } from "./template.ts";
import { values } from "./values.ts";

/** All repair operators. Of two candidates with the same weight the one of the earlier operator is tried first. */
export const templates: readonly Template[] = [
  ...compare,
  ...arithmetic,
  ...callees,
  ...givenArguments,
  ...conversions,
  ...starred,
  ...names,
  ...statements,
  ...leaving,
  ...blocks,
  ...comprehensions,
  ...repeated,
  ...siblings,
  ...conditions,
  ...guards,
  ...values,
  ...flow,
  ...exceptions,
];

const byType = new Map<string, Template[]>();
for (const template of templates)
  for (const type of template.at) byType.set(type, [...(byType.get(type) ?? []), template]);

/** The templates that look at nodes of a type. */
export const templatesAt = (type: string): readonly Template[] => byType.get(type) ?? [];
