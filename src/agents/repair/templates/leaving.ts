import { ancestor, field, type Node, named } from "../node.ts";
import { isDocstring } from "../source.ts";
import { insertAfter, siblingsOf, simpleTypes, swap, type Template } from "./template.ts";

const inLoop = (node: Node) => {
  const loop = ancestor(node, ["for_statement", "while_statement", "function_definition"]);
  return loop !== undefined && loop.type !== "function_definition";
};

/** A statement that is such an expression does nothing: its value was meant for somebody. */
const idle = new Set([
  ...["identifier", "attribute", "subscript", "tuple", "expression_list", "list", "dictionary", "integer"],
  ...["binary_operator", "boolean_operator", "comparison_operator", "not_operator", "unary_operator", "true"],
  ...["conditional_expression", "list_comprehension", "generator_expression", "false", "none", "lambda"],
]);
/** How a loop or a function is left, and with what. */
export const leaving: readonly Template[] = [
  {
    name: "loop-jump",
    prior: 0.7,
    at: ["break_statement", "continue_statement", "pass_statement", "return_statement"],
    *edits(node) {
      const others: Record<string, readonly (readonly [string, number])[]> = {
        break_statement: [
          ["continue", 1],
          ["return", 0.2],
          ["pass", 0.3],
        ],
        continue_statement: [
          ["break", 1],
          ["pass", 0.4],
          ["return", 0.2],
        ],
        pass_statement: [
          ["continue", 0.8],
          ["break", 0.7],
          ["raise", 0.5],
          ["return", 0.5],
        ],
        return_statement:
          named(node).length === 0
            ? [
                ["continue", 0.6],
                ["break", 0.5],
              ]
            : [["continue", 0.1]],
      };
      for (const [text, weight] of others[node.type] ?? [])
        if (text === "return" || text === "pass" || text === "raise" || inLoop(node))
          yield swap(node, text, weight);
    },
    example: [
      "def f(a):\n    for b in a:\n        break\n",
      "def f(a):\n    for b in a:\n        continue\n",
    ],
  },
  {
    name: "loop-jump-inserted",
    prior: 0.14,
    at: [...simpleTypes, "if_statement"],
    *edits(node, site) {
      if (!inLoop(node) || /^(return|break|continue|raise)_statement$/.test(node.type)) return;
      if (siblingsOf(node).at(-1) !== node) return;
      yield* [insertAfter(node, "break", site), insertAfter(node, "continue", site, 0.8)];
    },
    example: [
      "def f(a):\n    for b in a:\n        g(b)\n",
      "def f(a):\n    for b in a:\n        g(b)\n        break\n",
    ],
  },
  {
    name: "returned-other",
    prior: 0.4,
    at: ["return_statement"],
    *edits(node, site) {
      const value = named(node)[0];
      const mine = value ? site.file.of(value) : "";
      for (const other of ["None", "True", "False", "[]", "0", "self"]) {
        if (other === mine || (other === "self" && !site.owner?.parameters.includes("self"))) continue;
        yield swap(node, `return ${other}`, other === "self" ? 0.3 : 0.25);
      }
      const short = !value || value.end - value.start < 12;
      for (const other of site.failure.expected)
        if (other !== mine) yield swap(node, `return ${other}`, short ? 0.8 : 0.2);
      if (
        value &&
        (value.type === "integer" ||
          value.type === "none" ||
          value.type === "true" ||
          value.type === "false" ||
          !value)
      )
        for (const name of site.owner?.names ?? [])
          if (name !== "self") yield swap(node, `return ${name}`, 0.6);
    },
    example: [
      "def f(a, b):\n    a.append(b)\n    return None\n",
      "def f(a, b):\n    a.append(b)\n    return a\n",
    ],
  },
  {
    name: "return-made",
    prior: 0.5,
    at: ["expression_statement"],
    *edits(node, { file }) {
      const value = named(node)[0];
      if (value && idle.has(value.type)) yield swap(node, `return ${file.of(node)}`, 2);
      if (value?.type === "call")
        yield* [swap(node, `return ${file.of(node)}`), swap(node, `yield ${file.of(node)}`, 0.3)];
      if (value?.type === "yield") {
        const text = file.of(node);
        yield swap(
          node,
          /^yield from /.test(text)
            ? text.replace("yield from", "yield")
            : text.replace("yield", "yield from"),
        );
      }
      if (value?.type === "assignment" && siblingsLast(node)) {
        const right = field(value, "right");
        if (right) yield swap(node, `return ${file.of(right)}`, 0.8);
      }
    },
    example: ["def f(a):\n    g(a)\n", "def f(a):\n    return g(a)\n"],
  },
  {
    name: "return-added",
    prior: 0.45,
    at: ["block"],
    *edits(node, site) {
      if (node.parent?.type !== "function_definition") return;
      const last = named(node).at(-1);
      if (!last || /^(return|raise)_statement$/.test(last.type) || isDocstring(last)) return;
      const names = [...(site.owner?.names ?? [])].filter((name) => name !== "cls");
      for (const name of names.reverse())
        yield insertAfter(last, `return ${name}`, site, site.owner?.parameters.includes(name) ? 0.6 : 1);
      for (const value of ["False", "True"]) yield insertAfter(last, `return ${value}`, site, 0.7);
    },
    example: [
      "def f(a):\n    b = g(a)\n    b.sort()\n",
      "def f(a):\n    b = g(a)\n    b.sort()\n    return b\n",
    ],
  },
];

const siblingsLast = (node: Node) => siblingsOf(node).at(-1) === node;
