import { type Node, named } from "../node.ts";
import { usable } from "./borrow.ts";
import { type Site, swap, type Template } from "./template.ts";

/** Conditions that are not there, taken from their siblings in the file. */
export const conditions: readonly Template[] = [
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
];

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
