import { bothWays, type Operator, replace, twins } from "../operator.ts";

/** Wrong ends, wrong directions, and tests for None that forget what else is false. */
export const comparison: readonly Operator[] = [
  {
    name: "boundary-shifted",
    query: '(comparison_operator operators: ["<" "<=" ">" ">="] @it)',
    edit: twins(
      bothWays([
        ["<", "<="],
        [">", ">="],
      ]),
    ),
    example: ["ok = a < b\n", "ok = a <= b\n"],
  },
  {
    name: "direction-flipped",
    query: '(comparison_operator operators: ["<" "<=" ">" ">="] @it)',
    edit: twins(
      bothWays([
        ["<", ">"],
        ["<=", ">="],
      ]),
    ),
    example: ["ok = a <= b\n", "ok = a >= b\n"],
  },
  {
    name: "equality-inverted",
    query: '(comparison_operator operators: ["==" "!="] @it)',
    edit: twins(bothWays([["==", "!="]])),
    example: ["ok = a == b\n", "ok = a != b\n"],
  },
  {
    name: "identity-inverted",
    query: '(comparison_operator operators: ["is" "is not"] @it)',
    edit: twins(bothWays([["is", "is not"]])),
    example: ["ok = a is not b\n", "ok = a is b\n"],
  },
  {
    name: "membership-inverted",
    query: '(comparison_operator operators: ["in" "not in"] @it)',
    edit: twins(bothWays([["in", "not in"]])),
    example: ["ok = a in b\n", "ok = a not in b\n"],
  },
  {
    name: "none-taken-for-false",
    query: '(comparison_operator operators: ["is" "is not"]) @it',
    edit: (node) => {
      const [left, right] = node.namedChildren;
      if (node.namedChildCount !== 2 || right?.type !== "none" || !left) return null;
      const inverted = node.children[1]?.text !== "is";
      return replace(node, inverted ? left.text : `not ${left.text}`);
    },
    example: ["if limit is not None:\n    go()\n", "if limit:\n    go()\n"],
  },
  {
    name: "equality-for-order",
    query: '(comparison_operator operators: ["<=" ">="] @it)',
    edit: (node) => replace(node, "=="),
    example: ["ok = a >= 2\n", "ok = a == 2\n"],
  },
];
