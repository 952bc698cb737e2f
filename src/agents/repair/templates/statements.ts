import { isSimple, type Node } from "../node.ts";
import { isDocstring } from "../source.ts";
import { isGlobal } from "./borrow.ts";
import {
  exchange,
  indentOf,
  insertAfter,
  insertBefore,
  reindent,
  removal,
  type Site,
  siblingsOf,
  simpleTypes,
  stepOf,
  swap,
  type Template,
} from "./template.ts";

/** Whole statements: dropped, exchanged. */
export const statements: readonly Template[] = [
  {
    name: "statement-dropped",
    prior: 0.3,
    at: [...simpleTypes, "if_statement"],
    *edits(node, site) {
      if (isDocstring(node)) return;
      const guard = node.type === "if_statement";
      if (guard && node.endRow - node.row > 3) return;
      yield removal(node, site, node.type === "return_statement" ? 0.6 : 1);
    },
    example: ["def f(a):\n    a += 1\n    return a\n", "def f(a):\n    return a\n"],
  },
  {
    name: "statements-swapped",
    prior: 0.5,
    at: [...simpleTypes, "if_statement", "for_statement"],
    *edits(node, site) {
      const all = siblingsOf(node);
      const next = all[all.indexOf(node) + 1];
      if (!next || isDocstring(node) || /^(return|raise)_statement$/.test(node.type)) return;
      if (next.end - node.start > 1500) return;
      yield exchange(node, next, site, isSimple(node) && isSimple(next) ? 1 : 0.5);
    },
    example: ["def f(a):\n    a += 1\n    g(a)\n", "def f(a):\n    g(a)\n    a += 1\n"],
  },
];

/** Whole statements once more: under a condition, at the end of their block. */
export const repeated: readonly Template[] = [
  {
    name: "statement-guarded",
    prior: 0.2,
    at: ["expression_statement", "return_statement", "raise_statement"],
    *edits(node, site) {
      if (isDocstring(node) || !site.owner) return;
      const step = stepOf(site);
      const indent = indentOf(node, site);
      const text = reindent(site.file.of(node), indent, indent + step);
      const scope = site.owner.names;
      for (const { text: test, names, owner } of site.file.ingredients.conditions)
        if (
          test.length < 70 &&
          names.length > 0 &&
          names.every((name) => scope.has(name) || isGlobal(name, site))
        )
          yield swap(node, `if ${test}:\n${indent}${step}${text}`, owner === site.owner ? 0.6 : 0.4);
      for (const name of namesIn(node, site).slice(0, 3))
        for (const [test, weight] of [
          [`${name} is not None`, 0.8],
          [name, 0.8],
          [`not ${name}`, 0.4],
          [`${name} is None`, 0.5],
        ] as const)
          yield swap(node, `if ${test}:\n${indent}${step}${text}`, weight);
    },
    example: [
      "def f(a, b):\n    a.append(b)\n    return a\n",
      "def f(a, b):\n    if b:\n        a.append(b)\n    return a\n",
    ],
  },
  {
    name: "statement-doubled-elsewhere",
    prior: 0.12,
    at: ["expression_statement"],
    *edits(node, site) {
      const all = siblingsOf(node);
      const last = all.at(-1);
      if (isDocstring(node) || !last || last === node) return;
      yield insertBefore(last, site.file.of(node), site);
      if (!/^(return|raise)_statement$/.test(last.type)) yield insertAfter(last, site.file.of(node), site);
    },
    example: [
      "def f(a):\n    g(a)\n    a += 1\n    return a\n",
      "def f(a):\n    g(a)\n    a += 1\n    g(a)\n    return a\n",
    ],
  },
];

function namesIn(node: Node, site: Site): string[] {
  const found = new Set<string>();
  const visit = (each: Node) => {
    if (each.type === "identifier" && site.owner?.names.has(site.file.of(each)) && each.field !== "attribute")
      found.add(site.file.of(each));
    each.children.forEach(visit);
  };
  visit(node);
  found.delete("self");
  return [...found];
}
