import { field, named } from "../node.ts";
import { exchange, guarded, sides, swap, type Template } from "./template.ts";

const twins: Record<string, readonly string[]> = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/", "//", "**", "+"],
  "/": ["*", "//"],
  "//": ["/", "%", "*"],
  "%": ["//", "*", "/"],
  "**": ["*"],
  "&": ["|", "^"],
  "|": ["&", "^"],
  "^": ["|", "&"],
  "<<": [">>"],
  ">>": ["<<"],
};

/** Operators, operands, numbers and truth values. */
export const arithmetic: readonly Template[] = [
  {
    name: "operator-twin",
    prior: 0.9,
    at: ["binary_operator"],
    *edits(node) {
      const found = sides(node);
      const all = twins[found?.operator.type ?? ""] ?? [];
      for (const [at, other] of all.entries())
        if (found && !(found.left.type === "string" && found.operator.type === "%"))
          yield swap(found.operator, other, 1 / (1 + at));
    },
    example: ["def f(a, b):\n    return a * b\n", "def f(a, b):\n    return a // b\n"],
  },
  {
    name: "operands-swapped",
    prior: 0.75,
    at: ["binary_operator"],
    *edits(node, site) {
      const found = sides(node);
      if (!found || found.operator.type === "*" || found.left.type === "string") return;
      yield exchange(found.left, found.right, site, found.operator.type === "+" ? 0.6 : 1);
    },
    example: ["def f(a, b):\n    return a - b\n", "def f(a, b):\n    return b - a\n"],
  },
  {
    name: "operand-dropped",
    prior: 0.4,
    at: ["binary_operator"],
    *edits(node, { file }) {
      const found = sides(node);
      if (!found) return;
      const constant = (type: string) => type === "integer" || type === "float";
      yield swap(node, file.of(found.left), constant(found.right.type) ? 1.5 : 1);
      if (found.operator.type !== "%")
        yield swap(node, file.of(found.right), constant(found.left.type) ? 1.5 : 1);
    },
    example: ["def f(a):\n    return a + 1\n", "def f(a):\n    return a\n"],
  },
  {
    name: "regrouped",
    prior: 0.3,
    at: ["binary_operator"],
    *edits(node, { file }) {
      const found = sides(node);
      if (!found) return;
      const outer = file.of(found.operator);
      const inner = found.left.type === "binary_operator" ? sides(found.left) : undefined;
      if (inner && inner.operator.type !== found.operator.type)
        yield swap(
          node,
          `${file.of(inner.left)} ${file.of(inner.operator)} (${file.of(inner.right)} ${outer} ${file.of(found.right)})`,
        );
      const late = found.right.type === "binary_operator" ? sides(found.right) : undefined;
      if (late)
        yield swap(
          node,
          `(${file.of(found.left)} ${outer} ${file.of(late.left)}) ${file.of(late.operator)} ${file.of(late.right)}`,
        );
      const wrapped = found.left.type === "parenthesized_expression" ? named(found.left)[0] : undefined;
      if (wrapped) yield swap(found.left, file.of(wrapped));
      const later = found.right.type === "parenthesized_expression" ? named(found.right)[0] : undefined;
      if (later) yield swap(found.right, file.of(later));
    },
    example: ["def f(a, b, c):\n    return a + b * c\n", "def f(a, b, c):\n    return (a + b) * c\n"],
  },
  {
    name: "off-by-one",
    prior: 0.45,
    at: ["identifier", "attribute", "call", "binary_operator"],
    *edits(node, site) {
      const { parent } = node;
      if (!parent || !countable(parent.type, node)) return;
      const text = guarded(node, site).replace(/^\((.*)\)$/s, "$1");
      const call = node.type === "call" ? site.file.of(field(node, "function") ?? node) : "";
      const likely =
        call === "len" ||
        parent.type === "slice" ||
        /^(i|j|n|k|idx|index|count|size|start|stop|end|pos|lo|hi|low|high|left|right|width|length|depth|level|offset)$/.test(
          text,
        );
      yield swap(node, `${text} + 1`, likely ? 1 : 0.4);
      yield swap(node, `${text} - 1`, likely ? 1 : 0.4);
    },
    example: ["def f(a):\n    return a[: len(a)]\n", "def f(a):\n    return a[: len(a) - 1]\n"],
  },
  {
    name: "sign",
    prior: 0.55,
    at: ["unary_operator", "identifier", "call", "attribute", "integer", "float", "subscript"],
    *edits(node, site) {
      if (node.type === "unary_operator") {
        const inner = field(node, "argument");
        if (inner) yield swap(node, site.file.of(inner), 1.3);
      } else if (
        /^(return_statement|argument_list|keyword_argument|assignment|binary_operator|comparison_operator)$/.test(
          node.parent?.type ?? "",
        )
      ) {
        if (node.field === "left" || node.field === "name" || node.field === "function") return;
        if (node.parent?.type === "keyword_argument" && node.field !== "value") return;
        if (node.parent?.type === "binary_operator" && node.field === "right") return;
        yield swap(node, `-${site.file.of(node)}`, node.type === "integer" ? 0.6 : 0.25);
      }
    },
    example: ["def f(a):\n    return -a\n", "def f(a):\n    return a\n"],
  },
  {
    name: "integer-near",
    prior: 0.85,
    at: ["integer"],
    *edits(node, { file }) {
      const text = file.of(node);
      if (!/^\d{1,15}$/.test(text)) return;
      const value = Number(text);
      yield swap(node, String(value + 1));
      if (value > 0) yield swap(node, String(value - 1));
      else if (node.parent?.type !== "unary_operator") yield swap(node, "-1", 0.7);
    },
    example: ["def f(a):\n    return a[1]\n", "def f(a):\n    return a[2]\n"],
  },
  {
    name: "integer-far",
    prior: 0.3,
    at: ["integer"],
    *edits(node, { file }) {
      const text = file.of(node);
      if (!/^\d{1,15}$/.test(text)) return;
      const value = Number(text);
      const near = new Set([value, value - 1, value + 1]);
      for (const other of [
        0,
        1,
        2,
        10,
        100,
        value * 2,
        Math.floor(value / 2),
        value * 10,
        Math.floor(value / 10),
      ])
        if (!near.has(other)) {
          near.add(other);
          yield swap(node, String(other), other > 2 ? 0.5 : 1);
        }
      if (node.parent?.type !== "subscript") yield swap(node, "None", 0.4);
    },
    example: ["def f(a):\n    return a * 5\n", "def f(a):\n    return a * 2\n"],
  },
  {
    name: "float-other",
    prior: 0.4,
    at: ["float"],
    *edits(node, { file }) {
      const value = Number(file.of(node));
      if (!Number.isFinite(value)) return;
      for (const other of [value + 1, value - 1, value * 10, value / 10, value * 2, value / 2, 0, 1])
        if (other !== value && other >= 0)
          yield swap(node, Number.isInteger(other) ? `${other}.0` : String(other));
    },
    example: ["def f(a):\n    return a * 1.0\n", "def f(a):\n    return a * 0.1\n"],
  },
  {
    name: "truth-value",
    prior: 0.9,
    at: ["true", "false"],
    *edits(node) {
      yield swap(node, node.type === "true" ? "False" : "True");
      yield swap(node, "None", 0.15);
    },
    example: ["def f(a):\n    return True\n", "def f(a):\n    return False\n"],
  },
  {
    name: "none-value",
    prior: 0.25,
    at: ["none"],
    *edits(node) {
      if (/^(comparison_operator|type)$/.test(node.parent?.type ?? "")) return;
      for (const [other, weight] of [
        ["True", 0.7],
        ["False", 0.8],
        ["0", 0.8],
        ["1", 0.5],
        ["[]", 0.7],
        ["()", 0.5],
        ["{}", 0.5],
        ["''", 0.6],
      ] as const)
        yield swap(node, other, weight);
    },
    example: ["def f(a):\n    return None\n", "def f(a):\n    return False\n"],
  },
  {
    name: "augmented-twin",
    prior: 0.8,
    at: ["augmented_assignment"],
    *edits(node) {
      const operator = field(node, "operator");
      const bare = operator?.type.slice(0, -1) ?? "";
      for (const [at, other] of (twins[bare] ?? []).entries())
        if (operator) yield swap(operator, `${other}=`, 1 / (1 + at));
    },
    example: ["def f(a):\n    a += 1\n    return a\n", "def f(a):\n    a -= 1\n    return a\n"],
  },
  {
    name: "assign-or-augment",
    prior: 0.6,
    at: ["augmented_assignment", "assignment"],
    *edits(node) {
      if (node.type === "augmented_assignment") {
        const operator = field(node, "operator");
        if (operator) yield swap(operator, "=");
      } else if (field(node, "right") && !field(node, "type") && node.children.length === 3) {
        const equals = node.children[1];
        if (equals?.type !== "=") return;
        yield swap(equals, "+=", 0.8);
        yield swap(equals, "-=", 0.2);
        yield swap(equals, "|=", 0.1);
        yield swap(equals, "*=", 0.1);
      }
    },
    example: ["def f(a):\n    a = 1\n    return a\n", "def f(a):\n    a += 1\n    return a\n"],
  },
];

/** Places where a number plus or minus one is a usual mistake. */
function countable(parent: string, node: { field: string | null; type: string }): boolean {
  if (parent === "slice") return true;
  if (parent === "subscript") return node.field === "subscript" && node.type !== "call";
  if (parent === "comparison_operator") return true;
  if (parent === "argument_list") return true;
  if (parent === "return_statement") return true;
  return parent === "assignment" && node.field === "right";
}
