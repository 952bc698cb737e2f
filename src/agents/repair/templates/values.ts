import { field, isStatement, type Node, named } from "../node.ts";
import { isDocstring } from "../source.ts";
import {
  firstStatement,
  guarded,
  insertAfter,
  insertBefore,
  statementTypes,
  swap,
  type Template,
} from "./template.ts";

/** Values that nobody sets, converts or falls back on. */
export const values: readonly Template[] = [
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

function firstOfLoop(block: Node): Node | undefined {
  return block.parent?.type === "for_statement" ? named(block).find(isStatement) : undefined;
}
