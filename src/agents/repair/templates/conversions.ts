import { ancestor, field } from "../node.ts";
import { argumentsOf, calleeName, swap, type Template } from "./template.ts";

/** A value as it is or as a call makes it: wrapped, unwrapped, looked up. */
export const conversions: readonly Template[] = [
  {
    name: "call-unwrapped",
    prior: 0.4,
    at: ["call"],
    *edits(node, site) {
      const callee = field(node, "function");
      const all = argumentsOf(node);
      const { file } = site;
      if (callee?.type === "attribute") {
        const object = field(callee, "object");
        if (object && all.length < 2 && node.parent?.type !== "expression_statement")
          yield swap(node, file.of(object), all.length === 0 ? 1 : 0.5);
      }
      const first = all[0];
      if (first && !/keyword|splat/.test(first.type) && node.parent?.type !== "expression_statement")
        yield swap(
          node,
          first.type === "generator_expression"
            ? file.of(first).replace(/^\(?/, "(").replace(/\)?$/, ")")
            : file.of(first),
          all.length === 1 ? 0.8 : 0.3,
        );
    },
    example: ["def f(a):\n    return a.strip()\n", "def f(a):\n    return a\n"],
  },
  {
    name: "call-wrapped",
    prior: 0.18,
    at: [
      "identifier",
      "attribute",
      "subscript",
      "call",
      "generator_expression",
      "binary_operator",
      "list",
      "list_comprehension",
      "tuple",
    ],
    *edits(node, { file }) {
      const parent = node.parent?.type ?? "";
      const returned = parent === "return_statement" || parent === "yield";
      const used =
        (parent === "assignment" && node.field === "right") ||
        (parent === "for_statement" && node.field === "right") ||
        (parent === "argument_list" && node.parent?.parent?.type === "call") ||
        (parent === "for_in_clause" && node.field === "right") ||
        parent === "comparison_operator" ||
        parent === "binary_operator";
      if (!returned && !used) return;
      const text = file.of(node);
      const bare = node.type === "generator_expression" ? text.replace(/^\(/, "").replace(/\)$/, "") : text;
      for (const [name, weight] of wrappers)
        if (!text.startsWith(`${name}(`))
          yield swap(node, `${name}(${bare})`, weight * (returned ? 1.3 : 0.6));
      if (/^(identifier|attribute|subscript|call)$/.test(node.type))
        for (const [name, weight] of methods)
          if (!text.endsWith(`.${name}()`))
            yield swap(node, `${text}.${name}()`, weight * (returned ? 0.9 : 0.8));
    },
    example: ["def f(a):\n    return a\n", "def f(a):\n    return tuple(a)\n"],
  },
  {
    name: "lookup-or-get",
    prior: 0.35,
    at: ["subscript", "call"],
    *edits(node, site) {
      const { file } = site;
      if (node.type === "subscript") {
        const value = field(node, "value");
        const key = field(node, "subscript");
        if (
          !value ||
          !key ||
          key.type === "slice" ||
          node.field === "left" ||
          ancestor(node, ["assignment", "delete_statement"])?.start === node.start
        )
          return;
        if (/^(integer|slice|unary_operator)$/.test(key.type)) return;
        yield swap(
          node,
          `${file.of(value)}.get(${file.of(key)})`,
          site.failure.types.has("KeyError") ? 1.5 : 0.5,
        );
        if (site.owner?.names.has("default"))
          yield swap(node, `${file.of(value)}.get(${file.of(key)}, default)`);
      } else if (calleeName(node, site) === "get") {
        const callee = field(node, "function");
        const object = callee?.type === "attribute" ? field(callee, "object") : undefined;
        const key = argumentsOf(node)[0];
        if (object && key) yield swap(node, `${file.of(object)}[${file.of(key)}]`);
      }
    },
    example: ["def f(a, b):\n    return a.get(b)\n", "def f(a, b):\n    return a[b]\n"],
  },
];

const wrappers: readonly (readonly [string, number])[] = [
  ["list", 1],
  ["tuple", 0.9],
  ["set", 0.5],
  ["str", 0.6],
  ["int", 0.7],
  ["sorted", 0.6],
  ["iter", 0.7],
  ["abs", 0.5],
  ["len", 0.4],
  ["bool", 0.4],
  ["reversed", 0.4],
  ["next", 0.6],
  ["dict", 0.35],
  ["float", 0.35],
  ["repr", 0.25],
];
const methods: readonly (readonly [string, number])[] = [
  ["copy", 0.7],
  ["strip", 0.7],
  ["lower", 0.6],
  ["items", 0.4],
  ["upper", 0.25],
  ["rstrip", 0.35],
  ["lstrip", 0.3],
  ["values", 0.2],
  ["keys", 0.2],
  ["split", 0.2],
];
