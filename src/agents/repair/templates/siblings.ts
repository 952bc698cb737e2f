import { isStatement, type Node, named } from "../node.ts";
import { isDocstring } from "../source.ts";
import { fitting, suits, usable } from "./borrow.ts";
import { insertAfter, insertBefore, statementTypes, stepOf, swap, type Template } from "./template.ts";

/** Statements and guards that are not there, taken from their siblings in the file. */
export const siblings: readonly Template[] = [
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
];

const isLast = (node: Node) => (node.parent ? named(node.parent).filter(isStatement).at(-1) === node : false);
