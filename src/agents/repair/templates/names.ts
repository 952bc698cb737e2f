import { ancestor, field, isStatement, type Node, named } from "../node.ts";
import { attributeKey, isLabel } from "../source.ts";
import { alike } from "./callees.ts";
import { exchange, swap, type Template } from "./template.ts";

/** Which variable, attribute, key or element is meant. */
export const names: readonly Template[] = [
  {
    name: "variable-other",
    prior: 0.45,
    at: ["identifier"],
    *edits(node, site) {
      if (!site.owner || isLabel(node) || !isRead(node)) return;
      const mine = site.file.of(node);
      if (!site.owner.names.has(mine) || mine === "self" || mine === "cls") return;
      for (const other of site.owner.names) {
        if (other === mine || /^(self|cls|_)$/.test(other)) continue;
        const unread = !site.owner.read.has(other);
        yield swap(node, other, (unread ? 1.6 : 0.6) + 0.6 * alike(mine, other));
      }
    },
    example: ["def f(a, b):\n    return a + a\n", "def f(a, b):\n    return a + b\n"],
  },
  {
    name: "variable-to-constant",
    prior: 0.16,
    at: ["identifier"],
    *edits(node, site) {
      if (!site.owner || isLabel(node) || !isRead(node) || site.file.of(node) === "self") return;
      const parent = node.parent?.type ?? "";
      if (
        !/^(argument_list|keyword_argument|binary_operator|comparison_operator|slice|subscript|assignment|return_statement|tuple|expression_list)$/.test(
          parent,
        )
      )
        return;
      if (
        node.field === "function" ||
        node.field === "name" ||
        (node.field === "value" && parent === "subscript")
      )
        return;
      for (const [text, weight] of [
        ["0", 1],
        ["1", 1],
        ["None", 1],
        ["True", 0.4],
        ["False", 0.4],
      ] as const)
        yield swap(node, text, weight);
    },
    example: ["def f(a, b):\n    return g(a, b)\n", "def f(a, b):\n    return g(a, 0)\n"],
  },
  {
    name: "target-other",
    prior: 0.25,
    at: ["assignment", "augmented_assignment"],
    *edits(node, site) {
      const left = field(node, "left");
      if (!site.owner || left?.type !== "identifier") return;
      const mine = site.file.of(left);
      for (const other of site.owner.names)
        if (other !== mine && other !== "self" && other !== "cls")
          yield swap(left, other, 0.5 + 0.5 * alike(mine, other));
    },
    example: ["def f(a, b):\n    a += 1\n    return b\n", "def f(a, b):\n    b += 1\n    return b\n"],
  },
  {
    name: "attribute-other",
    prior: 0.4,
    at: ["attribute"],
    *edits(node, site) {
      const object = field(node, "object");
      const attribute = field(node, "attribute");
      if (object?.type !== "identifier" || !attribute) return;
      const mine = site.file.of(attribute);
      const known = site.file.ingredients.attributes.get(
        attributeKey(site.file.of(object), site.owner?.className ?? null),
      );
      for (const other of known ?? [])
        if (other !== mine) yield swap(attribute, other, 0.4 + alike(mine, other));
    },
    example: [
      "class A:\n    def f(self):\n        self.lo = 1\n        return self.hi\n",
      "class A:\n    def f(self):\n        self.lo = 1\n        return self.lo\n",
    ],
  },
  {
    name: "own-attribute",
    prior: 0.15,
    at: ["identifier", "attribute"],
    *edits(node, site) {
      const { file, owner } = site;
      if (!owner?.parameters.includes("self") || isLabel(node) || !isRead(node)) return;
      const known = file.ingredients.attributes.get(attributeKey("self", owner.className));
      if (node.type === "identifier" && known?.has(file.of(node)))
        yield swap(node, `self.${file.of(node)}`, 2);
      const attribute = node.type === "attribute" ? field(node, "attribute") : undefined;
      if (attribute && owner.names.has(file.of(attribute)) && file.of(node).startsWith("self."))
        yield swap(node, file.of(attribute), 2);
    },
    example: [
      "class A:\n    def f(self, b):\n        self.b = 1\n        return b\n",
      "class A:\n    def f(self, b):\n        self.b = 1\n        return self.b\n",
    ],
  },
  {
    name: "string-other",
    prior: 0.22,
    at: ["string"],
    *edits(node, site) {
      const mine = site.file.of(node);
      if (mine.length > 40 || node.parent?.type === "expression_statement") return;
      const quote = /^[a-zA-Z]*("""|'''|"|')/.exec(mine)?.[1] ?? '"';
      const prefix = /^[a-zA-Z]*/.exec(mine)?.[0] ?? "";
      const content = mine.slice(prefix.length + quote.length, mine.length - quote.length);
      let left = 14;
      const others = [...site.file.ingredients.strings].sort((a, b) => alike(mine, b) - alike(mine, a));
      for (const other of others)
        if (other !== mine && left-- > 0) yield swap(node, other, 0.3 + alike(mine, other));
      for (const other of site.failure.expected)
        if (/^['"]/.test(other) && other.slice(1, -1) !== content) yield swap(node, other, 0.8);
      const made = new Set([
        content.toLowerCase(),
        content.toUpperCase(),
        content.trim(),
        `${content} `,
        ` ${content}`,
        `${content}\\n`,
        "",
      ]);
      if (content === "") for (const each of [" ", ",", "\\n", "_", "-", "."]) made.add(each);
      if (content.length > 1) for (const each of [content.slice(1), content.slice(0, -1)]) made.add(each);
      for (const each of made)
        if (each !== content)
          yield swap(
            node,
            prefix + quote + each + quote,
            content.length < 3 || each.trim() === content.trim() ? 0.8 : 0.35,
          );
    },
    example: ["def f(a):\n    return ''.join(a)\n", "def f(a):\n    return ' '.join(a)\n"],
  },
  {
    name: "elements-swapped",
    prior: 0.5,
    at: ["tuple", "expression_list", "list", "pattern_list", "tuple_pattern"],
    *edits(node, site) {
      const all = named(node);
      if (all.length > 5) return;
      for (let at = 0; at + 1 < all.length; at += 1) {
        const [one, other] = [all[at], all[at + 1]];
        if (one && other && site.file.of(one) !== site.file.of(other))
          yield exchange(one, other, site, all.length === 2 ? 1 : 0.6);
      }
    },
    example: ["def f(a, b):\n    return a, b\n", "def f(a, b):\n    return b, a\n"],
  },
  {
    name: "element-dropped",
    prior: 0.2,
    at: ["tuple", "list", "expression_list", "set"],
    *edits(node, { file }) {
      const all = named(node);
      if (all.length < 2 || all.length > 5 || (node.parent?.type === "assignment" && node.field === "left"))
        return;
      const [open, close] =
        node.type === "expression_list" ? ["", ""] : [file.of(node).slice(0, 1), file.of(node).slice(-1)];
      for (const each of all) {
        const rest = all.filter((other) => other !== each).map(file.of);
        const comma = rest.length === 1 && node.type === "tuple" ? "," : "";
        yield swap(node, open + rest.join(", ") + comma + close);
      }
      if (node.type !== "set")
        for (const each of all) if (all.length === 2) yield swap(node, file.of(each), 0.8);
    },
    example: ["def f(a, b):\n    return [a, b]\n", "def f(a, b):\n    return [a]\n"],
  },
  {
    name: "index-other",
    prior: 0.5,
    at: ["subscript"],
    *edits(node, site) {
      const key = field(node, "subscript");
      const value = field(node, "value");
      if (!key || !value || key.type === "slice") return;
      const text = site.file.of(key);
      if (text === "0") yield swap(key, "-1");
      if (text === "-1") yield* [swap(key, "0"), swap(key, "-2", 0.6)];
      if (text === "1") yield swap(key, "-1", 0.6);
      if (/^(0|1|-1)$/.test(text)) {
        yield swap(key, text === "0" ? ":1" : text === "1" ? "1:" : ":-1", 0.4);
        yield swap(node, site.file.of(value), 0.5);
      } else if (key.type === "identifier") {
        yield* [swap(key, `-${text}`, 0.3), swap(key, `:${text}`, 0.4), swap(key, `${text}:`, 0.4)];
      }
    },
    example: ["def f(a):\n    return a[0]\n", "def f(a):\n    return a[-1]\n"],
  },
  {
    name: "slice-bounds",
    prior: 0.65,
    at: ["slice"],
    *edits(node, { file }) {
      const parts: string[] = [""];
      for (const child of node.children) {
        if (child.type === ":") parts.push("");
        else parts[parts.length - 1] = file.of(child);
      }
      const [low = "", high = "", step] = parts;
      const put = (a: string, b: string, c = step) => swap(node, c ? `${a}:${b}:${c}` : `${a}:${b}`);
      if (low && !high) yield put("", low);
      if (high && !low) yield put(high, "");
      if (low && high) yield* [put(low, ""), put("", high), put(high, low)];
      if (low && !high) yield put(low, "-1");
      if (!low && high) yield put("1", high);
      if (!low) yield put("1", high);
      if (!high) yield put(low, "-1");
      for (const bound of [low, high]) {
        if (!bound || /^-?\d+$/.test(bound)) continue;
        for (const other of [
          `${bound} + 1`,
          `${bound} - 1`,
          bound.startsWith("-") ? bound.slice(1) : `-${bound}`,
        ])
          yield bound === low ? put(other, high) : put(low, other);
      }
      if (step === "-1") yield swap(node, `${low}:${high}`);
      if (!step) yield swap(node, `${low}:${high}:-1`, undefined);
      if (step && step !== "-1") yield* [swap(node, `${low}:${high}`), swap(node, `${low}:${high}:-${step}`)];
    },
    example: ["def f(a, n):\n    return a[n:]\n", "def f(a, n):\n    return a[:n]\n"],
  },
  {
    name: "slice-added",
    prior: 0.16,
    at: ["identifier", "attribute"],
    *edits(node, { file }) {
      if (isLabel(node) || !isRead(node)) return;
      const parent = node.parent?.type ?? "";
      if (
        !/^(return_statement|for_statement|argument_list|assignment|for_in_clause|binary_operator|boolean_operator)$/.test(
          parent,
        )
      )
        return;
      for (const [text, weight] of [
        ["[1:]", 1],
        ["[:-1]", 0.8],
        ["[::-1]", 0.8],
        ["[0]", 0.6],
        ["[-1]", 0.6],
        ["[:]", 0.5],
        ["[1]", 0.4],
      ] as const)
        yield swap(node, file.of(node) + text, weight);
    },
    example: ["def f(a):\n    return a\n", "def f(a):\n    return a[1:]\n"],
  },
  {
    name: "slice-dropped",
    prior: 0.35,
    at: ["subscript"],
    *edits(node, { file }) {
      const key = field(node, "subscript");
      const value = field(node, "value");
      if (key?.type === "slice" && value) yield swap(node, file.of(value));
    },
    example: ["def f(a):\n    return a[1:]\n", "def f(a):\n    return a\n"],
  },
];

function isRead(node: Node): boolean {
  if (
    node.field === "left" &&
    /^(assignment|augmented_assignment|for_statement|for_in_clause)$/.test(node.parent?.type ?? "")
  )
    return false;
  if (node.field === "name" && /^(function_definition|class_definition)$/.test(node.parent?.type ?? ""))
    return false;
  const holder = ancestor(node, [
    "parameters",
    "lambda_parameters",
    "pattern_list",
    "tuple_pattern",
    "block",
  ]);
  if (holder && /parameters$/.test(holder.type))
    return /default_parameter/.test(node.parent?.type ?? "") && node.field === "value";
  return !(holder && /pattern/.test(holder.type)) && !isStatement(node);
}
