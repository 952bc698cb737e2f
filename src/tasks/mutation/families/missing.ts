import type { SyntaxNode } from "../../../python/index.ts";
import { bodyOf, type Operator, removeStatement, replace } from "../operator.ts";

const exits = new Set(["return_statement", "raise_statement", "continue_statement", "break_statement"]);

/** Code that somebody forgot to write: a statement, a guard, a branch. */
export const missing: readonly Operator[] = [
  {
    name: "call-forgotten",
    query: "(block (expression_statement (call)) @it)",
    edit: removeStatement,
    example: ["def f(a):\n    a.sort()\n    return a\n", "def f(a):\n    return a\n"],
  },
  {
    name: "update-forgotten",
    query:
      "(block (expression_statement [(augmented_assignment) (assignment left: [(attribute) (subscript)])]) @it)",
    edit: removeStatement,
    example: ["def f(a, k):\n    a[k] = 1\n    return a\n", "def f(a, k):\n    return a\n"],
  },
  {
    name: "reassignment-forgotten",
    query: "(block (expression_statement (assignment left: (identifier) right: (_))) @it)",
    edit: (node) => (rebinds(node) ? removeStatement(node) : null),
    example: ["def f(a):\n    a = list(a)\n    return a\n", "def f(a):\n    return a\n"],
  },
  {
    name: "guard-forgotten",
    query: "(block (if_statement consequence: (block . (_) @exit .)) @it)",
    edit: (node) => {
      const body = node.childForFieldName("consequence");
      const last = body?.namedChildren.at(-1);
      if (node.childForFieldName("alternative") || !last || !exits.has(last.type)) return null;
      return removeStatement(node);
    },
    shows: bodyOf,
    example: [
      "def f(a):\n    if not a:\n        return 0\n    return g(a)\n",
      "def f(a):\n    return g(a)\n",
    ],
  },
  {
    name: "case-forgotten",
    query: "(block (if_statement consequence: (block)) @it)",
    edit: (node) => {
      const last = node.childForFieldName("consequence")?.namedChildren.at(-1);
      return node.childForFieldName("alternative") || !last || exits.has(last.type)
        ? null
        : removeStatement(node);
    },
    shows: bodyOf,
    example: ["def f(a):\n    if a < 0:\n        a = 0\n    return a\n", "def f(a):\n    return a\n"],
  },
  {
    name: "else-forgotten",
    query:
      "[(if_statement alternative: (else_clause) @it) (for_statement alternative: (else_clause) @it) (try_statement (else_clause) @it)]",
    edit: removeClause,
    shows: bodyOf,
    example: ["if a:\n    x = 1\nelse:\n    x = 2\ngo()\n", "if a:\n    x = 1\ngo()\n"],
  },
  {
    name: "elif-forgotten",
    query: "(elif_clause) @it",
    edit: removeClause,
    shows: bodyOf,
    example: ["if a:\n    x = 1\nelif b:\n    x = 2\n", "if a:\n    x = 1\n"],
  },
  {
    name: "handler-forgotten",
    query: "(try_statement (except_clause) (except_clause) @it)",
    edit: removeClause,
    shows: bodyOf,
    example: [
      "try:\n    go()\nexcept A:\n    x = 1\nexcept B:\n    x = 2\n",
      "try:\n    go()\nexcept A:\n    x = 1\n",
    ],
  },
  {
    name: "return-forgotten",
    query: "(block (return_statement (_) @it) .)",
    edit: (node) => (node.parent && !/lambda|none/.test(node.type) ? replace(node.parent, node.text) : null),
    example: ["def f(a):\n    return g(a)\n", "def f(a):\n    g(a)\n"],
  },
  {
    name: "protection-forgotten",
    query: "(except_clause . [(identifier) (attribute)] @it)",
    edit: (node) => replace(node, node.text === "ZeroDivisionError" ? "OverflowError" : "ZeroDivisionError"),
    shows: (node) => node.parent && bodyOf(node.parent),
    example: [
      "try:\n    go()\nexcept KeyError:\n    x = 1\n",
      "try:\n    go()\nexcept ZeroDivisionError:\n    x = 1\n",
    ],
  },
];

/** Takes a clause away with its lines. */
function removeClause(node: SyntaxNode) {
  const before = node.previousNamedSibling;
  if (!before) return null;
  const source = node.tree.rootNode.text;
  const start = source.lastIndexOf("\n", node.startIndex - 1);
  if (start < 0 || source.slice(start + 1, node.startIndex).trim() !== "") return null;
  const carriage = source[start - 1] === "\r" ? 1 : 0;
  return [{ start: start - carriage, end: node.endIndex, text: "" }];
}

/** Whether the assigned name has a value before: a parameter, or its own value is used. */
function rebinds(statement: SyntaxNode): boolean {
  const assignment = statement.namedChildren[0];
  const name = assignment?.childForFieldName("left")?.text;
  if (assignment?.childForFieldName("type") || name === undefined) return false;
  const right = assignment?.childForFieldName("right");
  return right?.descendantsOfType("identifier").some((each) => each.text === name) ?? false;
}
