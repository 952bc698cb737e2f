import { type Node, named } from "../node.ts";
import { type FunctionFacts, type Ingredient, isDocstring, type SourceFile } from "../source.ts";
import type { Site } from "./template.ts";

/** Whether everything that an ingredient reads exists here. */
export function usable({ names, owner }: Ingredient, site: Site): boolean {
  if (owner === site.owner) return true;
  return names.length > 0 && names.every((name) => site.owner?.names.has(name) || isGlobal(name, site));
}

/** A sibling's code with the name that it sets and those that it must find. */
type Fitting = Ingredient & { target: string | undefined; needed: string[] };

const fittings = new WeakMap<FunctionFacts, Record<"simple" | "guards", Fitting[]>>();

/** The siblings' code that could stand somewhere in this function, since all names that it needs are known there. */
export function fitting(site: Site, kind: "simple" | "guards"): readonly Fitting[] {
  const { file, owner, others } = site;
  if (!owner) return [];
  const lend = (all: readonly Ingredient[]) =>
    all.flatMap((each): Fitting[] => {
      if (each.text.length > 300) return [];
      const first = each.text.split("\n")[0] ?? "";
      const target = /^(\w+)(?:\[.*\]|\.\w+)* [-+*|]?= /.exec(first)?.[1];
      const needed = each.names.filter((name) => name !== target);
      const known = needed.every((name) => owner.names.has(name) || isGlobal(name, site));
      if (!known || (target && !owner.names.has(target) && !owner.read.has(target))) return [];
      return [{ ...each, target, needed }];
    });
  const known = fittings.get(owner) ?? {
    simple: lend([...file.ingredients.simple, ...others.simple]),
    guards: lend([...file.ingredients.guards, ...others.guards]),
  };
  fittings.set(owner, known);
  return known[kind];
}

/** How well a sibling's code would stand before this statement: 0 not at all, 1 among the same neighbours. */
export function suits(each: Fitting, node: Node, site: Site): number {
  const { file, owner } = site;
  const { target, needed } = each;
  if (!owner) return 0;
  const all = node.parent ? named(node.parent) : [];
  const previous = all[all.indexOf(node) - 1];
  const before = previous && !isDocstring(previous) ? file.of(previous) : null;
  if (before === each.text || file.of(node) === each.text) return 0;
  let weight = 0.12;
  if (each.after !== null && each.after === file.of(node)) weight += 0.6;
  else if (each.after !== null && shape(each.after) === shape(file.of(node))) weight += 0.25;
  if (each.before !== null && each.before === before) weight += 0.4;
  if (each.before !== null && each.before === before && each.after === file.of(node)) weight += 0.9; // both neighbours
  if (target && !owner.names.has(target) && owner.read.has(target)) weight += 0.5; // it is read here and set nowhere
  if (needed.some((name) => owner.parameters.includes(name) && !owner.read.has(name))) weight += 0.5;
  if (each.owner.name === owner.name || each.owner.className === owner.className) weight += 0.05;
  if (each.owner === owner) weight *= 0.5;
  if (!site.file.functions.includes(each.owner)) weight *= 0.6;
  return weight;
}

const shape = (text: string) => text.replace(/\b\w+\b/g, "x").slice(0, 60);

/** A name that every function of the file may use: a function, an import, a built-in or a constant. */
export function isGlobal(name: string, { file }: Site): boolean {
  return builtins.has(name) || globalsOf(file).has(name);
}

const globals = new WeakMap<SourceFile, ReadonlySet<string>>();

/** The words on lines at a module's own level that define or import, those of imports over several lines too. */
function globalsOf(file: SourceFile): ReadonlySet<string> {
  const known = globals.get(file);
  if (known) return known;
  const lines = file.text.split("\n").filter((line) => /^\S/.test(line) || /^\s+\w+,?\)?$/.test(line));
  const found = new Set(lines.flatMap((line) => line.match(/[A-Za-z_]\w*/g) ?? []));
  globals.set(file, found);
  return found;
}

const builtins = new Set(
  "abs all any bool bytes callable chr dict dir divmod enumerate filter float format frozenset getattr hasattr hash id int isinstance issubclass iter len list map max min next object ord pow print property range repr reversed round set setattr slice sorted str sum super tuple type vars zip True False None Exception ValueError TypeError KeyError IndexError AttributeError StopIteration RuntimeError NotImplementedError ZeroDivisionError OverflowError LookupError OSError".split(
    " ",
  ),
);
