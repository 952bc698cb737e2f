import { ancestor, field, isStatement, type Node, named } from "../node.ts";
import { type FunctionFacts, type Ingredient, isDocstring } from "../source.ts";
import { isGlobal } from "./statements.ts";
import {
  guarded,
  indentOf,
  insertAfter,
  insertBefore,
  type Site,
  stepOf,
  swap,
  type Template,
} from "./template.ts";

const statementTypes = [
  "expression_statement",
  "return_statement",
  "if_statement",
  "for_statement",
  "while_statement",
  "with_statement",
  "try_statement",
  "raise_statement",
];

/** Code that is not there: statements, guards, branches and conditions, taken from their siblings in the file. */
export const missing: readonly Template[] = [
  {
    name: "sibling-statement",
    prior: 0.5,
    at: statementTypes,
    *edits(node, site) {
      if (!site.owner || isDocstring(node)) return;
      for (const each of fitting(site, "simple")) {
        if (/^(pass|break|continue|import|from|global)\b/.test(each.text)) continue;
        const weight = suits(each, node, site);
        if (weight === 0) continue;
        const leaves = /^(return|raise)\b/.test(each.text);
        if (!leaves) yield insertBefore(node, each.text, site, weight);
        if (isLast(node) && !/^(return|raise)_/.test(node.type))
          yield insertAfter(node, each.text, site, weight * 0.8);
      }
    },
    example: [
      "def g(a):\n    a = list(a)\n    a.sort()\n    return a\n\ndef f(a):\n    a.sort()\n    return a[0]\n",
      "def g(a):\n    a = list(a)\n    a.sort()\n    return a\n\ndef f(a):\n    a = list(a)\n    a.sort()\n    return a[0]\n",
    ],
  },
  {
    name: "pass-filled",
    prior: 0.6,
    at: ["pass_statement"],
    *edits(node, site) {
      const { file, owner } = site;
      if (!owner) return;
      for (const each of [...file.ingredients.simple, ...site.others.simple])
        if (!/^(pass|import|from|global)\b/.test(each.text) && usable(each, site))
          yield swap(node, each.text, 0.5);
      for (const name of owner.names) yield swap(node, `return ${name}`, 0.3);
    },
    example: [
      "def g(a):\n    a = list(a)\n    return a\n\ndef f(a):\n    if a:\n        pass\n    return a\n",
      "def g(a):\n    a = list(a)\n    return a\n\ndef f(a):\n    if a:\n        a = list(a)\n    return a\n",
    ],
  },
  {
    name: "sibling-guard",
    prior: 0.5,
    at: statementTypes,
    *edits(node, site) {
      if (!site.owner || isDocstring(node)) return;
      for (const each of fitting(site, "guards")) {
        const weight = suits(each, node, site);
        const depth = each.text.split("\n")[1]?.match(/^[ \t]*/)?.[0] ?? "";
        const text = each.text
          .split("\n")
          .map((line, at) =>
            at === 0
              ? line
              : stepOf(site) + (line.startsWith(depth) ? line.slice(depth.length) : line.trim()),
          )
          .join("\n");
        if (weight > 0) yield insertBefore(node, text, site, weight);
      }
    },
    example: [
      "def g(a):\n    if a is None:\n        a = []\n    return a\n\ndef f(a):\n    return len(a)\n",
      "def g(a):\n    if a is None:\n        a = []\n    return a\n\ndef f(a):\n    if a is None:\n        a = []\n    return len(a)\n",
    ],
  },
  {
    name: "sibling-condition",
    prior: 0.25,
    at: [
      "if_statement",
      "elif_clause",
      "while_statement",
      "if_clause",
      "conditional_expression",
      "return_statement",
      "boolean_operator",
    ],
    *edits(node, site) {
      const { file, owner } = site;
      if (!owner) return;
      const condition =
        node.type === "boolean_operator"
          ? node
          : node.type === "conditional_expression"
            ? named(node)[1]
            : named(node)[0];
      if (
        !condition ||
        (node.type === "return_statement" &&
          !/^(comparison_operator|boolean_operator|not_operator)$/.test(condition.type))
      )
        return;
      if (
        node.type === "boolean_operator" &&
        node.parent?.type !== "return_statement" &&
        node.parent?.type !== "assignment"
      )
        return;
      const mine = file.of(condition);
      const wrapped =
        condition.type === "boolean_operator" || condition.type === "conditional_expression"
          ? `(${mine})`
          : mine;
      const add = function* (text: string, weight: number) {
        yield* [
          swap(condition, `${wrapped} and ${text}`, weight),
          swap(condition, `${wrapped} or ${text}`, weight),
        ];
        yield* [
          swap(condition, `${text} and ${wrapped}`, weight * 0.6),
          swap(condition, `${text} or ${wrapped}`, weight * 0.6),
        ];
      };
      for (const each of file.ingredients.conditions) {
        if (each.text.length > 60 || mine.includes(each.text) || !usable(each, site)) continue;
        const text = /\b(and|or|if)\b/.test(each.text) ? `(${each.text})` : each.text;
        yield* add(text, each.owner === owner ? 0.7 : 0.5);
      }
      const around = new Set(namesOf(condition, site));
      for (const name of owner.parameters) if (!owner.read.has(name)) around.add(name);
      for (const name of around)
        for (const [text, weight] of [
          [name, 0.8],
          [`not ${name}`, 0.6],
          [`${name} is not None`, 0.8],
          [`${name} is None`, 0.6],
        ] as const)
          if (!mine.includes(text)) yield* add(text, weight);
    },
    example: [
      "def g(a, b):\n    if b > 2:\n        return 1\n\ndef f(a, b):\n    if a:\n        return b\n",
      "def g(a, b):\n    if b > 2:\n        return 1\n\ndef f(a, b):\n    if a and b > 2:\n        return b\n",
    ],
  },
  {
    name: "condition-replaced",
    prior: 0.2,
    at: ["if_statement", "elif_clause", "while_statement", "if_clause"],
    *edits(node, site) {
      const condition = named(node)[0];
      if (!condition || !site.owner) return;
      for (const each of site.file.ingredients.conditions)
        if (each.text !== site.file.of(condition) && each.text.length < 60 && usable(each, site))
          yield swap(condition, each.text, each.owner === site.owner ? 0.8 : 0.5);
    },
    example: [
      "def g(a):\n    if a > 2:\n        return 1\n\ndef f(a):\n    if a:\n        return 2\n",
      "def g(a):\n    if a > 2:\n        return 1\n\ndef f(a):\n    if a > 2:\n        return 2\n",
    ],
  },
  {
    name: "none-default",
    prior: 0.4,
    at: ["block"],
    *edits(node, site) {
      const first = firstStatement(node);
      if (!first || !site.owner) return;
      const holder = node.parent ? field(node.parent, "parameters") : undefined;
      for (const parameter of holder ? named(holder) : []) {
        const value = field(parameter, "value");
        const name = field(parameter, "name");
        if (!value || !name || value.type !== "none") continue;
        const text = site.file.of(name);
        for (const [empty, weight] of [
          ["[]", 0.8],
          ["{}", 0.8],
          ["()", 0.4],
          ["0", 0.4],
          ["1", 0.3],
          ["''", 0.4],
          ["set()", 0.4],
        ] as const)
          yield insertBefore(first, `if ${text} is None:\n${stepOf(site)}${text} = ${empty}`, site, weight);
      }
    },
    example: [
      "def f(a=None):\n    return len(a)\n",
      "def f(a=None):\n    if a is None:\n        a = []\n    return len(a)\n",
    ],
  },
  {
    name: "early-return",
    prior: 0.22,
    at: ["block"],
    *edits(node, site) {
      const first = firstStatement(node);
      if (!first || !site.owner) return;
      const step = stepOf(site);
      const parameters = site.owner.parameters.filter((name) => !/^(self|cls)$/.test(name));
      for (const name of parameters)
        for (const [test, weight] of [
          [`not ${name}`, 1],
          [`${name} is None`, 0.9],
          [`${name} <= 0`, 0.4],
          [`${name} < 0`, 0.3],
          [`${name} == 0`, 0.4],
        ] as const)
          for (const [value, share] of [
            [name, 0.8],
            ["None", 0.7],
            ["0", 0.5],
            ["[]", 0.6],
            ["False", 0.6],
            ["True", 0.4],
            ["''", 0.5],
            ["()", 0.3],
            ["{}", 0.3],
          ] as const)
            yield insertBefore(first, `if ${test}:\n${step}return ${value}`, site, weight * share);
    },
    example: [
      "def f(a):\n    return a[0]\n",
      "def f(a):\n    if not a:\n        return None\n    return a[0]\n",
    ],
  },
  {
    name: "missing-raise",
    prior: 0.4,
    at: ["block"],
    *edits(node, site) {
      const first = firstStatement(node);
      if (!first || !site.owner) return;
      const step = stepOf(site);
      const types = [...site.failure.mentioned].filter((type) =>
        /(Error|Exception|Warning|Iteration)$/.test(type),
      );
      for (const type of types) {
        for (const name of site.owner.parameters)
          if (name !== "self" && name !== "cls")
            for (const [test, weight] of [
              [`${name} < 0`, 1],
              [`${name} <= 0`, 0.9],
              [`not ${name}`, 1],
              [`${name} is None`, 0.8],
              [`not callable(${name})`, 0.4],
            ] as const)
              yield insertBefore(first, `if ${test}:\n${step}raise ${type}()`, site, weight);
        for (const each of site.file.ingredients.conditions)
          if (each.owner === site.owner || usable(each, site))
            yield insertBefore(first, `if ${each.text}:\n${step}raise ${type}()`, site, 0.4);
      }
    },
    example: [
      "def f(a):\n    return a ** 0.5\n",
      "def f(a):\n    if a < 0:\n        raise ValueError()\n    return a ** 0.5\n",
    ],
  },
  {
    name: "branch-added",
    prior: 0.25,
    at: ["if_statement"],
    *edits(node, site) {
      const body = field(node, "consequence");
      if (!body || node.children.some(({ type }) => type === "else_clause")) return;
      const indent = indentOf(node, site);
      const step = stepOf(site);
      const last = named(body).filter(isStatement).at(-1);
      const target =
        last?.type === "expression_statement" && named(last)[0]?.type === "assignment"
          ? field(named(last)[0] as Node, "left")
          : undefined;
      const offered: [string, number][] = [];
      if (target)
        for (const each of site.file.ingredients.simple)
          if (
            each.text.startsWith(`${site.file.of(target)} = `) &&
            each.text !== site.file.of(last as Node) &&
            usable(each, site)
          )
            offered.push([each.text, 1]);
      if (target)
        for (const value of ["None", "[]", "0", "1", "''", "False", "True", "{}"])
          offered.push([`${site.file.of(target)} = ${value}`, 0.4]);
      if (target)
        for (const name of site.owner?.parameters ?? [])
          offered.push([`${site.file.of(target)} = ${name}`, 0.5]);
      if (last?.type === "return_statement")
        for (const value of ["None", "False", "True"]) offered.push([`return ${value}`, 0.3]);
      if (ancestor(node, ["for_statement", "while_statement"]))
        offered.push(["break", 0.8], ["continue", 0.6]);
      for (const [text, weight] of offered)
        yield swap({ start: node.end, end: node.end }, `\n${indent}else:\n${indent}${step}${text}`, weight);
    },
    example: [
      "def f(a):\n    b = 1\n    if a:\n        b = 2\n    return b\n",
      "def f(a):\n    b = 1\n    if a:\n        b = 2\n    else:\n        b = None\n    return b\n",
    ],
  },
  {
    name: "own-attribute-set",
    prior: 0.7,
    at: ["block"],
    *edits(node, site) {
      const { owner } = site;
      if (node.parent?.type !== "function_definition" || !owner?.parameters.includes("self")) return;
      const last = named(node).filter(isStatement).at(-1);
      if (!last) return;
      const known = site.file.ingredients.attributes.get(`${owner.className}.self`);
      for (const name of owner.parameters) {
        if (name === "self" || owner.read.has(name)) continue;
        for (const attribute of [name, `_${name}`])
          if (known?.has(attribute)) yield insertAfter(last, `self.${attribute} = ${name}`, site);
      }
      const text = site.file.of(node);
      for (const attribute of known ?? [])
        if (owner.name === "__init__" && !new RegExp(`self\\.${attribute}\\b`).test(text))
          for (const value of ["None", "0", "[]", "{}", "False"])
            yield insertAfter(
              last,
              `self.${attribute} = ${value}`,
              site,
              site.failure.missing.has(attribute) ? 1 : 0.2,
            );
    },
    example: [
      "class A:\n    def f(self, a, b):\n        self.a = a\n    def g(self):\n        return self.b\n",
      "class A:\n    def f(self, a, b):\n        self.a = a\n        self.b = b\n    def g(self):\n        return self.b\n",
    ],
  },
  {
    name: "missing-name-set",
    prior: 0.85,
    at: statementTypes,
    *edits(node, site) {
      if (isDocstring(node) || !site.owner) return;
      for (const name of site.failure.missing) {
        if (!/^[A-Za-z_]\w*$/.test(name) || !new RegExp(`\\b${name}\\b`).test(site.file.of(site.owner.node)))
          continue;
        for (const each of site.file.ingredients.simple)
          if (each.text.startsWith(`${name} =`)) yield insertBefore(node, each.text, site, 1);
        const inside = new RegExp(`\\b${name}\\b`).test(site.file.of(node));
        for (const [value, weight] of [
          ["0", 0.7],
          ["[]", 0.7],
          ["{}", 0.6],
          ["None", 0.6],
          ["1", 0.4],
          ["''", 0.4],
          ["set()", 0.3],
          ["False", 0.4],
          ["True", 0.3],
        ] as const)
          if (inside || node.type === "for_statement")
            yield insertBefore(node, `${name} = ${value}`, site, weight);
        for (const [callee] of [["list"], ["iter"], ["len"], ["str"], ["next"], ["dict"], ["tuple"]] as const)
          for (const parameter of site.owner.parameters)
            if (inside)
              yield insertBefore(
                node,
                `${name} = ${callee}(${parameter})`,
                site,
                parameter === name ? 0.7 : 0.3,
              );
      }
    },
    example: [
      "def f(a):\n    for b in a:\n        total += b\n    return total\n",
      "def f(a):\n    total = 0\n    for b in a:\n        total += b\n    return total\n",
    ],
  },
  {
    name: "value-converted",
    prior: 0.3,
    at: ["block"],
    *edits(node, site) {
      const first = firstStatement(node) ?? firstOfLoop(node);
      if (!first || !site.owner) return;
      const left = node.parent?.type === "for_statement" ? field(node.parent, "left") : undefined;
      const all = left ? site.file.of(left).split(/\W+/).filter(Boolean) : site.owner.parameters;
      for (const name of all)
        if (name !== "self" && name !== "cls")
          for (const [value, weight] of conversions) {
            const text = value.replace(/\bx\b/g, name);
            yield insertBefore(first, `${name} = ${text}`, site, weight * (left ? 0.8 : 1));
          }
    },
    example: ["def f(a):\n    return len(a)\n", "def f(a):\n    a = list(a)\n    return len(a)\n"],
  },
  {
    name: "value-defaulted",
    prior: 0.15,
    at: ["identifier", "attribute", "call", "subscript"],
    *edits(node, site) {
      const parent = node.parent?.type ?? "";
      if (
        !(parent === "assignment" && node.field === "right") &&
        parent !== "return_statement" &&
        parent !== "argument_list"
      )
        return;
      for (const [value, weight] of [
        ["[]", 0.8],
        ["None", 0.6],
        ["{}", 0.6],
        ["0", 0.6],
        ["''", 0.6],
        ["()", 0.4],
        ["1", 0.4],
      ] as const)
        yield swap(node, `${guarded(node, site)} or ${value}`, weight);
    },
    example: ["def f(a):\n    return a\n", "def f(a):\n    return a or []\n"],
  },
  {
    name: "base-called",
    prior: 0.4,
    at: ["block"],
    *edits(node, site) {
      const first = firstStatement(node);
      const { owner } = site;
      if (!first || !owner?.parameters.includes("self") || site.file.of(node).includes("super(")) return;
      const rest = owner.parameters.filter((name) => name !== "self");
      const last = named(node).filter(isStatement).at(-1) ?? first;
      for (const given of new Set([rest.join(", "), ""])) {
        yield insertBefore(
          first,
          `super().${owner.name}(${given})`,
          site,
          owner.name === "__init__" ? 1 : 0.4,
        );
        if (owner.name !== "__init__" && !/^return/.test(site.file.of(last)))
          yield insertAfter(last, `super().${owner.name}(${given})`, site, 0.4);
      }
    },
    example: [
      "class A(B):\n    def __init__(self):\n        self.a = 1\n",
      "class A(B):\n    def __init__(self):\n        super().__init__()\n        self.a = 1\n",
    ],
  },
];

/** What a value may have to be made before it is used; `x` is the value. */
const conversions: readonly (readonly [string, number])[] = [
  ["list(x)", 1],
  ["iter(x)", 0.9],
  ["x.copy()", 0.7],
  ["x.strip()", 0.7],
  ["tuple(x)", 0.5],
  ["dict(x)", 0.5],
  ["str(x)", 0.5],
  ["x.lower()", 0.5],
  ["int(x)", 0.4],
  ["set(x)", 0.4],
  ["sorted(x)", 0.4],
  ["abs(x)", 0.4],
  ["x or []", 0.3],
  ["x[:]", 0.3],
  ["float(x)", 0.3],
  ["next(x)", 0.2],
];

const isLast = (node: Node) => (node.parent ? named(node.parent).filter(isStatement).at(-1) === node : false);

function firstOfLoop(block: Node): Node | undefined {
  return block.parent?.type === "for_statement" ? named(block).find(isStatement) : undefined;
}

/** The first statement of a function's body behind its docstring; undefined for other blocks. */
function firstStatement(block: Node): Node | undefined {
  if (block.parent?.type !== "function_definition") return undefined;
  return named(block)
    .filter(isStatement)
    .find((each) => !isDocstring(each));
}

/** Whether everything that an ingredient reads exists here. */
function usable({ names, owner }: Ingredient, site: Site): boolean {
  if (owner === site.owner) return true;
  return names.length > 0 && names.every((name) => site.owner?.names.has(name) || isGlobal(name, site));
}

/** A sibling's code with the name that it sets and those that it must find. */
type Fitting = Ingredient & { target: string | undefined; needed: string[] };

const fittings = new WeakMap<FunctionFacts, Record<"simple" | "guards", Fitting[]>>();

/** The siblings' code that could stand somewhere in this function, since all names that it needs are known there. */
function fitting(site: Site, kind: "simple" | "guards"): readonly Fitting[] {
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
function suits(each: Fitting, node: Node, site: Site): number {
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

function namesOf(node: Node, site: Site): string[] {
  const found = new Set<string>();
  const visit = (each: Node) => {
    if (each.type === "identifier" && site.owner?.names.has(site.file.of(each)))
      found.add(site.file.of(each));
    each.children.forEach(visit);
  };
  visit(node);
  return [...found].filter((name) => name !== "self");
}
