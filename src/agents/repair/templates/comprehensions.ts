import { field } from "../node.ts";
import { swap, type Template } from "./template.ts";

/** What a comprehension keeps, and what it makes. */
export const comprehensions: readonly Template[] = [
  {
    name: "loop-filter",
    prior: 0.3,
    at: ["list_comprehension", "generator_expression", "set_comprehension", "dictionary_comprehension"],
    *edits(node, site) {
      const { file } = site;
      const filter = node.children.find(({ type }) => type === "if_clause");
      if (filter) yield swap({ start: filter.start - 1, end: filter.end }, "");
      const clause = node.children.find(({ type }) => type === "for_in_clause");
      const left = clause ? field(clause, "left") : undefined;
      if (!left || filter) return;
      const bound = file.of(left).split(/\W+/).filter(Boolean);
      for (const name of bound)
        for (const [test, weight] of [
          [name, 1],
          [`${name} is not None`, 1],
          [`not ${name}`, 0.4],
        ] as const)
          yield swap({ start: node.end - 1, end: node.end - 1 }, ` if ${test}`, weight);
      for (const { text, names } of file.ingredients.conditions)
        if (names.some((name) => bound.includes(name)) && text.length < 60)
          yield swap({ start: node.end - 1, end: node.end - 1 }, ` if ${text}`, 0.5);
    },
    example: ["def f(a):\n    return [b for b in a]\n", "def f(a):\n    return [b for b in a if b]\n"],
  },
  {
    name: "comprehension-kind",
    prior: 0.25,
    at: ["list_comprehension", "generator_expression", "set_comprehension"],
    *edits(node, { file }) {
      if (node.parent?.type === "call") return;
      const inner = file.of(node).slice(1, -1);
      for (const [open, close] of [
        ["[", "]"],
        ["(", ")"],
        ["{", "}"],
      ] as const)
        if (!file.of(node).startsWith(open)) yield swap(node, open + inner + close);
    },
    example: ["def f(a):\n    return [b for b in a]\n", "def f(a):\n    return (b for b in a)\n"],
  },
];
