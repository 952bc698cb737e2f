import { bothWays, exchange, type Operator, replace, twins } from "../operator.ts";

/** Wrong operators, and operands the wrong way round. */
export const arithmetic: readonly Operator[] = [
  {
    name: "plus-for-minus",
    query: '(binary_operator operator: ["+" "-"] @it)',
    edit: (node) => {
      const text = node.parent?.namedChildren.some((each) => /string|list|tuple/.test(each.type));
      return text ? null : replace(node, node.text === "+" ? "-" : "+");
    },
    example: ["x = a + b\n", "x = a - b\n"],
  },
  {
    name: "division-mixed-up",
    query: '(binary_operator operator: ["/" "//" "%"] @it)',
    edit: (node) => {
      if (/string/.test(node.parent?.childForFieldName("left")?.type ?? "")) return null; // text formatting
      return twins({ "/": "//", "//": "/", "%": "//" })(node);
    },
    example: ["x = a // 2\n", "x = a / 2\n"],
  },
  {
    name: "product-mixed-up",
    query: '(binary_operator operator: ["*" "**"] @it)',
    edit: twins({ "*": "+", "**": "*" }),
    example: ["x = a ** 2\n", "x = a * 2\n"],
  },
  {
    name: "bits-mixed-up",
    query: '(binary_operator operator: ["&" "|" "<<" ">>" "^"] @it)',
    edit: twins({
      ...bothWays([
        ["&", "|"],
        ["<<", ">>"],
      ]),
      "^": "|",
    }),
    example: ["x = a & MASK\n", "x = a | MASK\n"],
  },
  {
    name: "operands-exchanged",
    query: '(binary_operator operator: ["-" "/" "//" "%" "**"]) @it',
    edit: (node) => {
      const left = node.childForFieldName("left");
      const right = node.childForFieldName("right");
      if (!left || !right || left.text === right.text || /string|binary/.test(left.type + right.type))
        return null;
      return exchange(left, right);
    },
    example: ["x = end - start\n", "x = start - end\n"],
  },
  {
    name: "term-forgotten",
    query: '(binary_operator operator: ["+" "-"]) @it',
    edit: (node) => {
      const left = node.childForFieldName("left");
      return left && replace(node, left.text);
    },
    example: ["x = width + 2 * margin\n", "x = width\n"],
  },
  {
    name: "step-reversed",
    query: '(augmented_assignment operator: ["+=" "-="] @it)',
    edit: twins(bothWays([["+=", "-="]])),
    example: ["n += 1\n", "n -= 1\n"],
  },
  {
    name: "sum-overwritten",
    query: '(augmented_assignment operator: ["+=" "-=" "*=" "|="] @it)',
    edit: (node) => replace(node, "="),
    example: ["total += price\n", "total = price\n"],
  },
  {
    name: "sign-lost",
    query: '(unary_operator operator: "-" argument: (_) @it)',
    edit: (node) => (node.parent ? replace(node.parent, node.text) : null),
    example: ["x = -a\n", "x = a\n"],
  },
];
