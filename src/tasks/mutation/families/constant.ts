import { type Operator, replace } from "../operator.ts";

const decimal = /^\d{1,9}$/;

/** Off by one, the wrong end, the wrong separator. */
export const constant: readonly Operator[] = [
  {
    name: "number-too-large",
    query: "(integer) @it",
    edit: (node) => (decimal.test(node.text) ? replace(node, String(Number(node.text) + 1)) : null),
    example: ["x = 3\n", "x = 4\n"],
  },
  {
    name: "number-too-small",
    query: "(integer) @it",
    edit: (node) =>
      decimal.test(node.text) && node.text !== "0" && node.parent?.type !== "unary_operator"
        ? replace(node, String(Number(node.text) - 1))
        : null,
    example: ["x = 3\n", "x = 2\n"],
  },
  {
    name: "first-for-last",
    query: "(subscript subscript: [(integer) (unary_operator)] @it)",
    edit: (node) => {
      if (node.text === "0") return replace(node, "-1");
      return node.text === "-1" ? replace(node, "0") : null;
    },
    example: ["x = items[-1]\n", "x = items[0]\n"],
  },
  {
    name: "slice-starts-early",
    query: "(subscript subscript: (slice) @it)",
    edit: (node) => {
      const match = /^([^:]+)(:[\s\S]*)$/.exec(node.text);
      return match ? replace(node, match[2] ?? ":") : null;
    },
    example: ["x = items[1:]\n", "x = items[:]\n"],
  },
  {
    name: "slice-ends-late",
    query: "(subscript subscript: (slice) @it)",
    edit: (node) => {
      const match = /^([^:]*:)[^:]+((?::[\s\S]*)?)$/.exec(node.text);
      return match ? replace(node, `${match[1]}${match[2]}`) : null;
    },
    example: ["x = items[:-1]\n", "x = items[:]\n"],
  },
  {
    name: "slice-end-off-by-one",
    query: "(subscript subscript: (slice) @it)",
    edit: (node) => {
      const match = /^([^:]*:\s*)([A-Za-z_][\w.]*)((?::[\s\S]*)?)$/.exec(node.text);
      return match ? replace(node, `${match[1]}${match[2]} - 1${match[3]}`) : null;
    },
    example: ["x = items[a:b]\n", "x = items[a:b - 1]\n"],
  },
  {
    name: "range-off-by-one",
    query: '(call function: (identifier) @name arguments: (argument_list . (_) @it .) (#eq? @name "range"))',
    edit: (node) => replace(node, /^[\w.()]+$/.test(node.text) ? `${node.text} - 1` : `(${node.text}) - 1`),
    example: ["for i in range(n):\n    go()\n", "for i in range(n - 1):\n    go()\n"],
  },
  {
    name: "range-starts-early",
    query:
      '(call function: (identifier) @name arguments: (argument_list . (_) . (_) .) @it (#eq? @name "range"))',
    edit: (node) => {
      const [first, second] = node.namedChildren;
      return first && second && first.text !== "0" ? replace(node, `(${second.text})`) : null;
    },
    example: ["for i in range(1, n):\n    go()\n", "for i in range(n):\n    go()\n"],
  },
  {
    name: "separator-changed",
    query:
      '(call function: (attribute object: (string) @it attribute: (identifier) @name) (#eq? @name "join"))',
    edit: (node) => {
      const match = /^(["'])(.*)\1$/.exec(node.text);
      if (!match) return null;
      const [, quote, text = ""] = match;
      return replace(node, `${quote}${text === "" ? " " : text.trim() === text ? "" : text.trim()}${quote}`);
    },
    example: ["x = ', '.join(names)\n", "x = ','.join(names)\n"],
  },
];
