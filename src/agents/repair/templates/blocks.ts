import { field, named } from "../node.ts";
import { indentOf, reindent, siblingsOf, simpleTypes, swap, type Template } from "./template.ts";

/** To which block a statement belongs. */
export const blocks: readonly Template[] = [
  {
    name: "last-statement-dedented",
    prior: 0.5,
    at: [...simpleTypes, "if_statement"],
    *edits(node, site) {
      const block = node.parent;
      const holder = block?.parent;
      if (!block || !holder || !/^(for|while|if|with)_statement$/.test(holder.type)) return;
      if (siblingsOf(node).at(-1) !== node || siblingsOf(node).length < 2 || block.end !== holder.end) return;
      const text = site.file.of(node);
      const [from, to] = [indentOf(node, site), indentOf(holder, site)];
      const moved = reindent(text, from, to);
      const previous = siblingsOf(node).at(-2);
      if (previous) yield { splices: [{ start: previous.end, end: node.end, text: `\n${to}${moved}` }] };
    },
    example: [
      "def f(a):\n    for b in a:\n        g(b)\n        return a\n",
      "def f(a):\n    for b in a:\n        g(b)\n    return a\n",
    ],
  },
  {
    name: "next-statement-indented",
    prior: 0.35,
    at: ["for_statement", "while_statement", "if_statement", "with_statement", "else_clause", "elif_clause"],
    *edits(node, site) {
      const outer = node.type.endsWith("_clause") ? node.parent : node;
      if (!outer) return;
      const all = siblingsOf(outer);
      const next = all[all.indexOf(outer) + 1];
      const last = named([...node.children].reverse().find(({ type }) => type === "block") ?? node).at(-1);
      if (!next || !last || last.end !== outer.end || next.end - next.start > 600) return;
      const [from, to] = [indentOf(next, site), indentOf(last, site)];
      yield {
        splices: [
          { start: last.end, end: next.end, text: `\n${to}${reindent(site.file.of(next), from, to)}` },
        ],
      };
    },
    example: [
      "def f(a):\n    for b in a:\n        g(b)\n    h(b)\n",
      "def f(a):\n    for b in a:\n        g(b)\n        h(b)\n",
    ],
  },
  {
    name: "condition-dropped",
    prior: 0.22,
    at: ["if_statement"],
    *edits(node, site) {
      const body = field(node, "consequence");
      if (body?.type !== "block" || field(node, "alternative")) return;
      const inner = indentOf(named(body)[0] ?? body, site);
      const text = site.file.text.slice(named(body)[0]?.start ?? body.start, node.end);
      yield swap(node, reindent(text, inner, indentOf(node, site)));
    },
    example: ["def f(a):\n    if a:\n        g(a)\n    return a\n", "def f(a):\n    g(a)\n    return a\n"],
  },
  {
    name: "elif-or-if",
    prior: 0.35,
    at: ["elif_clause", "if_statement"],
    *edits(node, site) {
      if (node.type === "elif_clause") {
        const word = node.children[0];
        const later = node.parent?.children.some(
          (each) => each.start > node.start && /^(elif|else)_clause$/.test(each.type),
        );
        if (word && !later) yield swap(word, "if");
        return;
      }
      const all = siblingsOf(node);
      const previous = all[all.indexOf(node) - 1];
      const word = node.children[0];
      if (
        previous?.type === "if_statement" &&
        !previous.children.some(({ type }) => type === "else_clause") &&
        word
      ) {
        const indent = indentOf(node, site);
        yield { splices: [{ start: previous.end, end: word.end, text: `\n${indent}elif` }] };
      }
    },
    example: [
      "def f(a):\n    if a:\n        a = 1\n    if a == 1:\n        a = 2\n    return a\n",
      "def f(a):\n    if a:\n        a = 1\n    elif a == 1:\n        a = 2\n    return a\n",
    ],
  },
];
