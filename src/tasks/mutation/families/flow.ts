import type { SyntaxNode } from "../../../python/index.ts";
import { bodyOf, exchange, holds, type Operator, replace } from "../operator.ts";

const leaves = ["break_statement", "continue_statement"];

/** Loops left too early or too late, branches taken wrongly, errors swallowed. */
export const flow: readonly Operator[] = [
  {
    name: "loop-left-early",
    query: "(continue_statement) @it",
    edit: (node) => replace(node, "break"),
    example: [
      "for a in b:\n    if a:\n        continue\n    go(a)\n",
      "for a in b:\n    if a:\n        break\n    go(a)\n",
    ],
  },
  {
    name: "loop-not-left",
    query: "(for_statement body: (block (if_statement consequence: (block (break_statement) @it))))",
    edit: (node) => replace(node, "continue"),
    example: ["for a in b:\n    if a:\n        break\n", "for a in b:\n    if a:\n        continue\n"],
  },
  {
    name: "loop-run-once",
    query: "(while_statement) @it",
    edit: (node) => {
      const word = node.children[0];
      if (!word || node.childForFieldName("alternative") || holds(node, ...leaves)) return null;
      return replace(word, "if");
    },
    example: ["while a:\n    a = go(a)\n", "if a:\n    a = go(a)\n"],
  },
  {
    name: "branches-exchanged",
    query: "(if_statement) @it",
    edit: (node) => {
      const [other, more] = node.childrenForFieldName("alternative");
      const body = node.childForFieldName("consequence");
      const otherBody = other?.type === "else_clause" ? other.childForFieldName("body") : null;
      if (!body || !otherBody || more || body.text === otherBody.text) return null;
      return exchange(body, otherBody);
    },
    example: ["if a:\n    x = 1\nelse:\n    x = 2\n", "if a:\n    x = 2\nelse:\n    x = 1\n"],
  },
  {
    name: "choice-exchanged",
    query: "(conditional_expression) @it",
    edit: (node) => {
      const [yes, , no] = node.namedChildren;
      return yes && no && node.namedChildCount === 3 ? exchange(yes, no) : null;
    },
    example: ["x = a if ok else b\n", "x = b if ok else a\n"],
  },
  {
    name: "chain-broken",
    query: "(elif_clause) @it",
    edit: (node) => {
      const word = node.children[0];
      return word && /else_clause|elif_clause/.test(node.nextNamedSibling?.type ?? "")
        ? replace(word, "if")
        : null;
    },
    shows: (node) => node.parent && bodyOf(node.parent),
    example: [
      "if a:\n    x = 1\nelif b:\n    x = 2\nelse:\n    x = 3\n",
      "if a:\n    x = 1\nif b:\n    x = 2\nelse:\n    x = 3\n",
    ],
  },
  {
    name: "return-too-early",
    query: "(for_statement body: (block (expression_statement) @it .) !alternative)",
    edit: (node) => {
      const result = returnedAfter(node.parent?.parent ?? null);
      if (result === null) return null;
      const indent = " ".repeat(node.startPosition.column);
      return [{ start: node.endIndex, end: node.endIndex, text: `\n${indent}${result}` }];
    },
    example: [
      "def f(b):\n    x = 0\n    for a in b:\n        x += a\n    return x\n",
      "def f(b):\n    x = 0\n    for a in b:\n        x += a\n        return x\n    return x\n",
    ],
  },
  {
    name: "error-swallowed",
    query: "(except_clause (block (raise_statement) @it))",
    edit: (node) => replace(node, node.text === "raise" ? "pass" : "return None"),
    example: ["try:\n    go()\nexcept E:\n    raise\n", "try:\n    go()\nexcept E:\n    pass\n"],
  },
  {
    name: "values-nested",
    query: '(yield "from" (_) @it)',
    edit: (node) => (node.parent ? replace(node.parent, `yield ${node.text}`) : null),
    example: ["def f(a):\n    yield from a\n", "def f(a):\n    yield a\n"],
  },
];

/** The return statement right behind a loop, where that returns a plain name. */
function returnedAfter(loop: SyntaxNode | null): string | null {
  const next = loop?.nextNamedSibling;
  return next?.type === "return_statement" && /^return \w+$/.test(next.text) ? next.text : null;
}
