import { bothWays, type Operator, replace, twins } from "../operator.ts";

const simple = new Set(["identifier", "attribute", "call", "subscript"]);

/** Conditions joined, negated or shortened wrongly. */
export const boolean: readonly Operator[] = [
  {
    name: "and-for-or",
    query: '(boolean_operator operator: ["and" "or"] @it)',
    edit: twins(bothWays([["and", "or"]])),
    example: ["if a and b:\n    go()\n", "if a or b:\n    go()\n"],
  },
  {
    name: "negation-lost",
    query: "(not_operator argument: (_) @it)",
    edit: (node) => (node.parent ? replace(node.parent, node.text) : null),
    example: ["if not a.b:\n    go()\n", "if a.b:\n    go()\n"],
  },
  {
    name: "condition-negated",
    query: "[(if_statement condition: (_) @it) (elif_clause condition: (_) @it) (if_clause (_) @it)]",
    edit: (node) => (simple.has(node.type) ? replace(node, `not ${node.text}`) : null),
    example: ["if a:\n    go()\n", "if not a:\n    go()\n"],
  },
  {
    name: "condition-shortened",
    query: '(boolean_operator operator: "and") @it',
    edit: (node) => {
      const left = node.childForFieldName("left");
      return left && replace(node, left.text);
    },
    example: ["if a and b > 1:\n    go()\n", "if a:\n    go()\n"],
  },
  {
    name: "alternative-forgotten",
    query: '(boolean_operator operator: "or") @it',
    edit: (node) => {
      const left = node.childForFieldName("left");
      return left && replace(node, left.text);
    },
    example: ["x = given or {}\n", "x = given\n"],
  },
  {
    name: "first-test-forgotten",
    query: "(boolean_operator) @it",
    edit: (node) => {
      const right = node.childForFieldName("right");
      return right && replace(node, right.text);
    },
    example: ["ok = a and b\n", "ok = b\n"],
  },
  {
    name: "flag-inverted",
    query: "[(true) (false)] @it",
    edit: twins(bothWays([["True", "False"]])),
    example: ["found = False\n", "found = True\n"],
  },
  {
    name: "filter-dropped",
    query: "(if_clause) @it",
    edit: (node) => [
      { start: node.previousSibling?.endIndex ?? node.startIndex, end: node.endIndex, text: "" },
    ],
    example: ["x = [a for a in b if a]\n", "x = [a for a in b]\n"],
  },
];
