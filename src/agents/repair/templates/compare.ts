import { named } from "../node.ts";
import { exchange, guarded, removal, swap, type Template, token } from "./template.ts";

const boundary: Record<string, string> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };
const opposite: Record<string, string> = {
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
  "==": "!=",
  "!=": "==",
  in: "not in",
  "not in": "in",
  is: "is not",
  "is not": "is",
};
const mirror: Record<string, string> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };
const operators = [...Object.keys(opposite)];
const looser: Record<string, readonly string[]> = {
  "==": ["<=", ">=", "is", "in"],
  "!=": ["<", ">", "is not"],
  is: ["=="],
  "is not": ["!="],
  "<": ["!=", "=="],
  ">": ["!=", "=="],
  "<=": ["=="],
  ">=": ["=="],
  in: ["=="],
};

const byTable = (table: Record<string, string>): Template["edits"] =>
  function* (node) {
    for (const child of node.children) {
      const other = table[child.type];
      if (!child.named || operators.includes(child.type)) if (other !== undefined) yield swap(child, other);
    }
  };

const conditionOf = ["if_statement", "elif_clause", "while_statement", "conditional_expression", "if_clause"];

/** Comparisons, and/or/not, and the conditions they make up. */
export const compare: readonly Template[] = [
  {
    name: "comparison-boundary",
    prior: 1,
    at: ["comparison_operator"],
    edits: byTable(boundary),
    example: ["def f(a, b):\n    return a < b\n", "def f(a, b):\n    return a <= b\n"],
  },
  {
    name: "comparison-opposite",
    prior: 1,
    at: ["comparison_operator"],
    *edits(node, site) {
      const chain = node.children.filter(({ type }) => operators.includes(type)).length > 1;
      for (const each of byTable(opposite)(node, site)) yield { ...each, weight: chain ? 0.4 : 1 };
    },
    example: ["def f(a, b):\n    return a not in b\n", "def f(a, b):\n    return a in b\n"],
  },
  {
    name: "comparison-chain",
    prior: 1,
    at: ["comparison_operator"],
    *edits(node) {
      const chain = node.children.filter(({ type }) => type in mirror || type === "==" || type === "!=");
      if (chain.length < 2) return;
      for (const each of chain)
        for (const other of chain)
          if (other.type !== each.type && other.type in mirror) {
            yield swap(each, other.type);
            yield swap(each, boundary[other.type] ?? other.type, 0.9);
          }
    },
    example: ["def f(a):\n    return 0 <= a == 1\n", "def f(a):\n    return 0 <= a <= 1\n"],
  },
  {
    name: "comparison-mirror",
    prior: 0.8,
    at: ["comparison_operator"],
    edits: byTable(mirror),
    example: ["def f(a, b):\n    return a <= b\n", "def f(a, b):\n    return a >= b\n"],
  },
  {
    name: "comparison-other",
    prior: 0.3,
    at: ["comparison_operator"],
    *edits(node) {
      for (const child of node.children)
        for (const other of looser[child.type] ?? [])
          yield swap(child, other, other.startsWith("is") ? 0.4 : 1);
    },
    example: ["def f(a, b):\n    return a == b\n", "def f(a, b):\n    return a >= b\n"],
  },
  {
    name: "comparison-sides",
    prior: 0.25,
    at: ["comparison_operator"],
    *edits(node, site) {
      const [left, right, more] = named(node).filter(({ type }) => !operators.includes(type));
      const operator = node.children.find(({ type }) => operators.includes(type))?.type ?? "";
      if (left && right && !more && (operator === "in" || operator === "not in"))
        yield exchange(left, right, site);
    },
    example: ["def f(a, b):\n    return a in b\n", "def f(a, b):\n    return b in a\n"],
  },
  {
    name: "truth-for-comparison",
    prior: 0.25,
    at: ["comparison_operator"],
    *edits(node, { file }) {
      const [left, right] = named(node).filter(({ type }) => !operators.includes(type));
      if (!left || !right) return;
      const operator = node.children.find(({ type }) => operators.includes(type))?.type;
      if (right.type === "none" && operator === "is not") yield swap(node, file.of(left));
      if (right.type === "none" && operator === "is") yield swap(node, `not ${file.of(left)}`);
      if (right.type !== "none" && (operator === "!=" || operator === ">"))
        yield swap(node, file.of(left), 0.4);
    },
    example: ["def f(a):\n    return a is not None\n", "def f(a):\n    return a\n"],
  },
  {
    name: "none-test-for-truth",
    prior: 0.4,
    at: conditionOf,
    *edits(node, { file }) {
      const condition = node.type === "conditional_expression" ? named(node)[1] : (named(node)[0] ?? node);
      if (!condition) return;
      if (/^(identifier|attribute|call|subscript)$/.test(condition.type))
        yield swap(condition, `${file.of(condition)} is not None`);
      if (condition.type === "not_operator") {
        const inner = named(condition)[0];
        if (inner) yield swap(condition, `${file.of(inner)} is None`);
      }
    },
    example: [
      "def f(a):\n    if a:\n        return 1\n",
      "def f(a):\n    if a is not None:\n        return 1\n",
    ],
  },
  {
    name: "and-or",
    prior: 0.9,
    at: ["boolean_operator"],
    *edits(node) {
      const operator = token(node, "and", "or");
      if (operator) yield swap(operator, operator.type === "and" ? "or" : "and");
    },
    example: ["def f(a, b):\n    return a and b\n", "def f(a, b):\n    return a or b\n"],
  },
  {
    name: "boolean-operand-dropped",
    prior: 0.35,
    at: ["boolean_operator"],
    *edits(node, { file }) {
      const [left, right] = named(node);
      if (left && right) yield* [swap(node, file.of(left)), swap(node, file.of(right))];
    },
    example: ["def f(a, b):\n    return a or b\n", "def f(a, b):\n    return b\n"],
  },
  {
    name: "boolean-operand-negated",
    prior: 0.55,
    at: ["boolean_operator"],
    *edits(node, site) {
      for (const operand of named(node))
        if (operand.type !== "not_operator" && operand.type !== "comparison_operator")
          yield swap(operand, `not ${guarded(operand, site)}`);
    },
    example: ["def f(a, b):\n    return a or b\n", "def f(a, b):\n    return a or not b\n"],
  },
  {
    name: "boolean-operands-swapped",
    prior: 0.3,
    at: ["boolean_operator"],
    *edits(node, site) {
      const [left, right] = named(node);
      if (left && right) yield exchange(left, right, site);
    },
    example: ["def f(a, b):\n    return a or b\n", "def f(a, b):\n    return b or a\n"],
  },
  {
    name: "not-dropped",
    prior: 0.95,
    at: ["not_operator"],
    *edits(node, { file }) {
      const inner = named(node)[0];
      if (inner) yield swap(node, file.of(inner));
    },
    example: ["def f(a):\n    return not a\n", "def f(a):\n    return a\n"],
  },
  {
    name: "condition-negated",
    prior: 0.85,
    at: conditionOf,
    *edits(node, site) {
      const condition = node.type === "conditional_expression" ? named(node)[1] : named(node)[0];
      if (!condition || condition.type === "not_operator") return;
      if (condition.type === "comparison_operator" && condition.children.length === 3) return; // comparison-opposite
      yield swap(condition, `not ${guarded(condition, site)}`);
    },
    example: [
      "def f(a, b):\n    if a or b:\n        return 1\n",
      "def f(a, b):\n    if not (a or b):\n        return 1\n",
    ],
  },
  {
    name: "returned-truth-negated",
    prior: 0.4,
    at: ["return_statement"],
    *edits(node, site) {
      const value = named(node)[0];
      if (value && /^(identifier|attribute|call|subscript|boolean_operator)$/.test(value.type))
        yield swap(value, `not ${guarded(value, site)}`, value.type === "boolean_operator" ? 1 : 0.4);
    },
    example: ["def f(a):\n    return a.b(1)\n", "def f(a):\n    return not a.b(1)\n"],
  },
  {
    name: "branches-swapped",
    prior: 0.7,
    at: ["conditional_expression"],
    *edits(node, site) {
      const [value, , other] = named(node);
      if (value && other) yield exchange(value, other, site);
    },
    example: ["def f(a):\n    return 1 if a else 2\n", "def f(a):\n    return 2 if a else 1\n"],
  },
  {
    name: "one-branch-only",
    prior: 0.2,
    at: ["conditional_expression"],
    *edits(node, { file }) {
      const [value, , other] = named(node);
      if (value && other) yield* [swap(node, file.of(value)), swap(node, file.of(other))];
    },
    example: ["def f(a):\n    return 1 if a else 2\n", "def f(a):\n    return 2\n"],
  },
  {
    name: "if-to-while",
    prior: 0.12,
    at: ["if_statement", "while_statement"],
    *edits(node) {
      const word = token(node, "if", "while");
      if (!word || node.children.some(({ type }) => type === "elif_clause" || type === "else_clause")) return;
      yield swap(word, word.type === "if" ? "while" : "if");
    },
    example: ["def f(a):\n    if a:\n        a -= 1\n", "def f(a):\n    while a:\n        a -= 1\n"],
  },
  {
    name: "else-dropped",
    prior: 0.12,
    at: ["else_clause"],
    *edits(node, site) {
      yield removal(node, site);
    },
    example: [
      "def f(a):\n    if a:\n        a = 1\n    else:\n        a = 2\n    return a\n",
      "def f(a):\n    if a:\n        a = 1\n    return a\n",
    ],
  },
];
