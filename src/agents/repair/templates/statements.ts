import { ancestor, field, isSimple, isStatement, type Node, named } from "../node.ts";
import { isDocstring, type SourceFile } from "../source.ts";
import {
  exchange,
  indentOf,
  insertAfter,
  insertBefore,
  reindent,
  removal,
  type Site,
  stepOf,
  swap,
  type Template,
} from "./template.ts";

const simpleTypes = [
  "expression_statement",
  "return_statement",
  "raise_statement",
  "assert_statement",
  "delete_statement",
  "pass_statement",
  "break_statement",
  "continue_statement",
];
const siblingsOf = (node: Node) => (node.parent ? named(node.parent).filter(isStatement) : []);
const inLoop = (node: Node) => {
  const loop = ancestor(node, ["for_statement", "while_statement", "function_definition"]);
  return loop !== undefined && loop.type !== "function_definition";
};

/** A statement that is such an expression does nothing: its value was meant for somebody. */
const idle = new Set([
  ...["identifier", "attribute", "subscript", "tuple", "expression_list", "list", "dictionary", "integer"],
  ...["binary_operator", "boolean_operator", "comparison_operator", "not_operator", "unary_operator", "true"],
  ...["conditional_expression", "list_comprehension", "generator_expression", "false", "none", "lambda"],
]);

/** Whole statements: dropped, moved, turned into their relatives. */
export const statements: readonly Template[] = [
  {
    name: "statement-dropped",
    prior: 0.3,
    at: [...simpleTypes, "if_statement"],
    *edits(node, site) {
      if (isDocstring(node)) return;
      const guard = node.type === "if_statement";
      if (guard && node.endRow - node.row > 3) return;
      yield removal(node, site, node.type === "return_statement" ? 0.6 : 1);
    },
    example: ["def f(a):\n    a += 1\n    return a\n", "def f(a):\n    return a\n"],
  },
  {
    name: "statements-swapped",
    prior: 0.5,
    at: [...simpleTypes, "if_statement", "for_statement"],
    *edits(node, site) {
      const all = siblingsOf(node);
      const next = all[all.indexOf(node) + 1];
      if (!next || isDocstring(node) || /^(return|raise)_statement$/.test(node.type)) return;
      if (next.end - node.start > 1500) return;
      yield exchange(node, next, site, isSimple(node) && isSimple(next) ? 1 : 0.5);
    },
    example: ["def f(a):\n    a += 1\n    g(a)\n", "def f(a):\n    g(a)\n    a += 1\n"],
  },
  {
    name: "loop-jump",
    prior: 0.7,
    at: ["break_statement", "continue_statement", "pass_statement", "return_statement"],
    *edits(node) {
      const others: Record<string, readonly (readonly [string, number])[]> = {
        break_statement: [
          ["continue", 1],
          ["return", 0.2],
          ["pass", 0.3],
        ],
        continue_statement: [
          ["break", 1],
          ["pass", 0.4],
          ["return", 0.2],
        ],
        pass_statement: [
          ["continue", 0.8],
          ["break", 0.7],
          ["raise", 0.5],
          ["return", 0.5],
        ],
        return_statement:
          named(node).length === 0
            ? [
                ["continue", 0.6],
                ["break", 0.5],
              ]
            : [["continue", 0.1]],
      };
      for (const [text, weight] of others[node.type] ?? [])
        if (text === "return" || text === "pass" || text === "raise" || inLoop(node))
          yield swap(node, text, weight);
    },
    example: [
      "def f(a):\n    for b in a:\n        break\n",
      "def f(a):\n    for b in a:\n        continue\n",
    ],
  },
  {
    name: "loop-jump-inserted",
    prior: 0.14,
    at: [...simpleTypes, "if_statement"],
    *edits(node, site) {
      if (!inLoop(node) || /^(return|break|continue|raise)_statement$/.test(node.type)) return;
      if (siblingsOf(node).at(-1) !== node) return;
      yield* [insertAfter(node, "break", site), insertAfter(node, "continue", site, 0.8)];
    },
    example: [
      "def f(a):\n    for b in a:\n        g(b)\n",
      "def f(a):\n    for b in a:\n        g(b)\n        break\n",
    ],
  },
  {
    name: "returned-other",
    prior: 0.4,
    at: ["return_statement"],
    *edits(node, site) {
      const value = named(node)[0];
      const mine = value ? site.file.of(value) : "";
      for (const other of ["None", "True", "False", "[]", "0", "self"]) {
        if (other === mine || (other === "self" && !site.owner?.parameters.includes("self"))) continue;
        yield swap(node, `return ${other}`, other === "self" ? 0.3 : 0.25);
      }
      const short = !value || value.end - value.start < 12;
      for (const other of site.failure.expected)
        if (other !== mine) yield swap(node, `return ${other}`, short ? 0.8 : 0.2);
      if (
        value &&
        (value.type === "integer" ||
          value.type === "none" ||
          value.type === "true" ||
          value.type === "false" ||
          !value)
      )
        for (const name of site.owner?.names ?? [])
          if (name !== "self") yield swap(node, `return ${name}`, 0.6);
    },
    example: [
      "def f(a, b):\n    a.append(b)\n    return None\n",
      "def f(a, b):\n    a.append(b)\n    return a\n",
    ],
  },
  {
    name: "return-made",
    prior: 0.5,
    at: ["expression_statement"],
    *edits(node, { file }) {
      const value = named(node)[0];
      if (value && idle.has(value.type)) yield swap(node, `return ${file.of(node)}`, 2);
      if (value?.type === "call")
        yield* [swap(node, `return ${file.of(node)}`), swap(node, `yield ${file.of(node)}`, 0.3)];
      if (value?.type === "yield") {
        const text = file.of(node);
        yield swap(
          node,
          /^yield from /.test(text)
            ? text.replace("yield from", "yield")
            : text.replace("yield", "yield from"),
        );
      }
      if (value?.type === "assignment" && siblingsLast(node)) {
        const right = field(value, "right");
        if (right) yield swap(node, `return ${file.of(right)}`, 0.8);
      }
    },
    example: ["def f(a):\n    g(a)\n", "def f(a):\n    return g(a)\n"],
  },
  {
    name: "return-added",
    prior: 0.45,
    at: ["block"],
    *edits(node, site) {
      if (node.parent?.type !== "function_definition") return;
      const last = named(node).at(-1);
      if (!last || /^(return|raise)_statement$/.test(last.type) || isDocstring(last)) return;
      const names = [...(site.owner?.names ?? [])].filter((name) => name !== "cls");
      for (const name of names.reverse())
        yield insertAfter(last, `return ${name}`, site, site.owner?.parameters.includes(name) ? 0.6 : 1);
      for (const value of ["False", "True"]) yield insertAfter(last, `return ${value}`, site, 0.7);
    },
    example: [
      "def f(a):\n    b = g(a)\n    b.sort()\n",
      "def f(a):\n    b = g(a)\n    b.sort()\n    return b\n",
    ],
  },
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
  {
    name: "loop-filter",
    prior: 0.3,
    at: ["list_comprehension", "generator_expression", "set_comprehension", "dictionary_comprehension"],
    *edits(node, site) {
      const { file } = site;
      const filter = node.children.find(({ type }) => type === "if_clause");
      if (filter) yield swap({ start: filter.start - 1, end: filter.end }, "");
      const clause = node.children.find(({ type }) => type === "for_in_clause");
      const left = clause ? field(clause, "left") : undefined;
      if (!left || filter) return;
      const bound = file.of(left).split(/\W+/).filter(Boolean);
      for (const name of bound)
        for (const [test, weight] of [
          [name, 1],
          [`${name} is not None`, 1],
          [`not ${name}`, 0.4],
        ] as const)
          yield swap({ start: node.end - 1, end: node.end - 1 }, ` if ${test}`, weight);
      for (const { text, names } of file.ingredients.conditions)
        if (names.some((name) => bound.includes(name)) && text.length < 60)
          yield swap({ start: node.end - 1, end: node.end - 1 }, ` if ${text}`, 0.5);
    },
    example: ["def f(a):\n    return [b for b in a]\n", "def f(a):\n    return [b for b in a if b]\n"],
  },
  {
    name: "comprehension-kind",
    prior: 0.25,
    at: ["list_comprehension", "generator_expression", "set_comprehension"],
    *edits(node, { file }) {
      if (node.parent?.type === "call") return;
      const inner = file.of(node).slice(1, -1);
      for (const [open, close] of [
        ["[", "]"],
        ["(", ")"],
        ["{", "}"],
      ] as const)
        if (!file.of(node).startsWith(open)) yield swap(node, open + inner + close);
    },
    example: ["def f(a):\n    return [b for b in a]\n", "def f(a):\n    return (b for b in a)\n"],
  },
  {
    name: "statement-guarded",
    prior: 0.2,
    at: ["expression_statement", "return_statement", "raise_statement"],
    *edits(node, site) {
      if (isDocstring(node) || !site.owner) return;
      const step = stepOf(site);
      const indent = indentOf(node, site);
      const text = reindent(site.file.of(node), indent, indent + step);
      const scope = site.owner.names;
      for (const { text: test, names, owner } of site.file.ingredients.conditions)
        if (
          test.length < 70 &&
          names.length > 0 &&
          names.every((name) => scope.has(name) || isGlobal(name, site))
        )
          yield swap(node, `if ${test}:\n${indent}${step}${text}`, owner === site.owner ? 0.6 : 0.4);
      for (const name of namesIn(node, site).slice(0, 3))
        for (const [test, weight] of [
          [`${name} is not None`, 0.8],
          [name, 0.8],
          [`not ${name}`, 0.4],
          [`${name} is None`, 0.5],
        ] as const)
          yield swap(node, `if ${test}:\n${indent}${step}${text}`, weight);
    },
    example: [
      "def f(a, b):\n    a.append(b)\n    return a\n",
      "def f(a, b):\n    if b:\n        a.append(b)\n    return a\n",
    ],
  },
  {
    name: "statement-doubled-elsewhere",
    prior: 0.12,
    at: ["expression_statement"],
    *edits(node, site) {
      const all = siblingsOf(node);
      const last = all.at(-1);
      if (isDocstring(node) || !last || last === node) return;
      yield insertBefore(last, site.file.of(node), site);
      if (!/^(return|raise)_statement$/.test(last.type)) yield insertAfter(last, site.file.of(node), site);
    },
    example: [
      "def f(a):\n    g(a)\n    a += 1\n    return a\n",
      "def f(a):\n    g(a)\n    a += 1\n    g(a)\n    return a\n",
    ],
  },
];

const siblingsLast = (node: Node) => siblingsOf(node).at(-1) === node;

/** A name that every function of the file may use: a function, an import, a built-in or a constant. */
export function isGlobal(name: string, { file }: Site): boolean {
  return builtins.has(name) || globalsOf(file).has(name);
}

const globals = new WeakMap<SourceFile, ReadonlySet<string>>();

/** The words on lines at a module's own level that define or import, those of imports over several lines too. */
function globalsOf(file: SourceFile): ReadonlySet<string> {
  const known = globals.get(file);
  if (known) return known;
  const lines = file.text.split("\n").filter((line) => /^\S/.test(line) || /^\s+\w+,?\)?$/.test(line));
  const found = new Set(lines.flatMap((line) => line.match(/[A-Za-z_]\w*/g) ?? []));
  globals.set(file, found);
  return found;
}

const builtins = new Set(
  "abs all any bool bytes callable chr dict dir divmod enumerate filter float format frozenset getattr hasattr hash id int isinstance issubclass iter len list map max min next object ord pow print property range repr reversed round set setattr slice sorted str sum super tuple type vars zip True False None Exception ValueError TypeError KeyError IndexError AttributeError StopIteration RuntimeError NotImplementedError ZeroDivisionError OverflowError LookupError OSError".split(
    " ",
  ),
);

function namesIn(node: Node, site: Site): string[] {
  const found = new Set<string>();
  const visit = (each: Node) => {
    if (each.type === "identifier" && site.owner?.names.has(site.file.of(each)) && each.field !== "attribute")
      found.add(site.file.of(each));
    each.children.forEach(visit);
  };
  visit(node);
  found.delete("self");
  return [...found];
}
