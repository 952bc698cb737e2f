import { enclosingFunction, type SyntaxNode } from "../../../python/index.ts";
import {
  argumentsOf,
  bodyOf,
  bothWays,
  calledName,
  exchange,
  type Operator,
  removeArgument,
  replace,
  twins,
} from "../operator.ts";

const methods: Readonly<Record<string, string>> = {
  ...bothWays([
    ...([
      ["lower", "upper"],
      ["lstrip", "rstrip"],
      ["startswith", "endswith"],
      ["find", "rfind"],
    ] as const),
    ...([
      ["split", "rsplit"],
      ["partition", "rpartition"],
      ["ljust", "rjust"],
      ["index", "rindex"],
    ] as const),
    ...([
      ["removeprefix", "removesuffix"],
      ["append", "extend"],
      ["keys", "values"],
    ] as const),
    ...([
      ["union", "intersection"],
      ["isupper", "islower"],
    ] as const),
  ]),
  appendleft: "append",
  popleft: "pop",
};
const conversions = new Set([
  "int",
  "str",
  "float",
  "list",
  "tuple",
  "set",
  "dict",
  "abs",
  "bytes",
  "frozenset",
]);
const tidying = new Set(["strip", "lstrip", "rstrip", "lower", "upper", "casefold", "copy", "title"]);
const errors = bothWays([
  ["ValueError", "TypeError"],
  ["KeyError", "IndexError"],
  ["AttributeError", "LookupError"],
]);
const withDefault: Record<string, number> = { get: 2, pop: 2, getattr: 3, next: 2, setdefault: 2 };

/** The wrong function, the wrong arguments, or too few of them. */
export const calls: readonly Operator[] = [
  {
    name: "arguments-exchanged",
    query: "(call) @it",
    edit: (node) => {
      const [first, second] = argumentsOf(node);
      const plain = (each: SyntaxNode | undefined) => each && /^(identifier|attribute)$/.test(each.type);
      if (!first || !second || !plain(first) || !plain(second) || first.text === second.text) return null;
      return /^(isinstance|issubclass|super)$/.test(calledName(node)) ? null : exchange(first, second);
    },
    example: ["x = area(width, height)\n", "x = area(height, width)\n"],
  },
  {
    name: "method-mixed-up",
    query: "(call function: (attribute attribute: (identifier) @it))",
    edit: twins(methods),
    example: ["x = a.lstrip()\n", "x = a.rstrip()\n"],
  },
  {
    name: "function-mixed-up",
    query: "(call function: (identifier) @it)",
    edit: twins({
      ...bothWays([
        ["min", "max"],
        ["any", "all"],
      ]),
      ceil: "floor",
      floor: "ceil",
    }),
    example: ["x = min(a, b)\n", "x = max(a, b)\n"],
  },
  {
    name: "keyword-dropped",
    query: "(call arguments: (argument_list (keyword_argument) @it))",
    edit: (node) => (calledName(node.parent?.parent ?? node) === "dict" ? null : removeArgument(node)),
    example: ["x = sorted(a, key=len)\n", "x = sorted(a)\n"],
  },
  {
    name: "default-forgotten",
    query: "(call) @it",
    edit: (node) => {
      const all = argumentsOf(node);
      const last = all.at(-1);
      return last && withDefault[calledName(node)] === all.length && last.type !== "keyword_argument"
        ? removeArgument(last)
        : null;
    },
    example: ["x = a.get(key, 0)\n", "x = a.get(key)\n"],
  },
  {
    name: "tidying-forgotten",
    query: "(call function: (attribute object: (_) @it))",
    edit: (node) => {
      const call = node.parent?.parent;
      return call && tidying.has(calledName(call)) ? replace(call, node.text) : null;
    },
    example: ["x = name.strip()\n", "x = name\n"],
  },
  {
    name: "conversion-forgotten",
    query: "(call function: (identifier)) @it",
    edit: (node) => {
      const [only, more] = argumentsOf(node);
      if (!only || more || !conversions.has(calledName(node))) return null;
      return /splat|keyword|generator/.test(only.type) ? null : replace(node, only.text);
    },
    example: ["x = list(a)\n", "x = a\n"],
  },
  {
    name: "order-forgotten",
    query: "(call function: (identifier)) @it",
    edit: (node) => {
      const [first] = argumentsOf(node);
      if (!first || /generator|comprehension/.test(first.type)) return null;
      const name = calledName(node);
      return name === "reversed" || name === "sorted" ? replace(node, `list(${first.text})`) : null;
    },
    example: ["x = sorted(a, key=len)\n", "x = list(a)\n"],
  },
  {
    name: "wrong-exception",
    query: "(raise_statement [(identifier) @it (call function: (identifier) @it)])",
    edit: twins(errors),
    example: ["raise ValueError(a)\n", "raise TypeError(a)\n"],
  },
  {
    name: "type-forgotten",
    query:
      '(call function: (identifier) @name arguments: (argument_list (_) (tuple) @it) (#eq? @name "isinstance"))',
    edit: (node) => {
      const [first, second] = node.namedChildren;
      return first && second ? replace(node, first.text) : null;
    },
    example: ["ok = isinstance(a, (list, tuple))\n", "ok = isinstance(a, list)\n"],
  },
  {
    name: "error-kind-forgotten",
    query: "(except_clause [(tuple) @it (as_pattern (tuple) @it)])",
    edit: (node) => {
      const [first, second] = node.namedChildren;
      return first && second ? replace(node, first.text) : null;
    },
    shows: handlerOf,
    example: ["try:\n    go()\nexcept (A, B):\n    x = 1\n", "try:\n    go()\nexcept A:\n    x = 1\n"],
  },
  {
    name: "wrong-parameter",
    query: "(call arguments: (argument_list (identifier) @it))",
    edit: (node) => {
      const others = parametersOf(node).filter((name) => name !== "self" && name !== "cls");
      const at = others.indexOf(node.text);
      const other = others[(at + 1) % others.length];
      return at < 0 || other === undefined || other === node.text ? null : replace(node, other);
    },
    example: ["def f(a, b):\n    return g(b)\n", "def f(a, b):\n    return g(a)\n"],
  },
];

/** Plain parameters of the function around a node. */
function parametersOf(node: SyntaxNode): string[] {
  const list = enclosingFunction(node)?.childForFieldName("parameters");
  return (list?.namedChildren ?? []).flatMap((each) => {
    if (each.type === "identifier") return [each.text];
    const name = each.childForFieldName("name");
    return name?.type === "identifier" ? [name.text] : [];
  });
}

/** What the clause around an exception's type does. */
function handlerOf(node: SyntaxNode): SyntaxNode | null {
  for (let at = node.parent; at; at = at.parent) if (at.type === "except_clause") return bodyOf(at);
  return null;
}
