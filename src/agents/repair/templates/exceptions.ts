import { field, isStatement, named, walk } from "../node.ts";
import { isDocstring } from "../source.ts";
import { isGlobal } from "./borrow.ts";
import { indentOf, reindent, stepOf, swap, type Template } from "./template.ts";

const related: Record<string, readonly string[]> = {
  ValueError: ["TypeError", "KeyError", "IndexError", "RuntimeError"],
  TypeError: ["ValueError", "AttributeError", "RuntimeError"],
  KeyError: ["IndexError", "ValueError", "LookupError", "AttributeError"],
  IndexError: ["KeyError", "ValueError", "LookupError"],
  AttributeError: ["KeyError", "TypeError", "NameError"],
  StopIteration: ["ValueError", "IndexError", "RuntimeError"],
  RuntimeError: ["ValueError", "TypeError"],
  NotImplementedError: ["TypeError", "ValueError"],
  Exception: ["ValueError", "TypeError", "KeyError"],
  OSError: ["ValueError", "FileNotFoundError"],
  ImportError: ["AttributeError", "ModuleNotFoundError"],
  LookupError: ["KeyError", "IndexError"],
  ZeroDivisionError: ["ValueError"],
  UnicodeDecodeError: ["UnicodeEncodeError", "ValueError"],
  UnicodeEncodeError: ["UnicodeDecodeError", "ValueError"],
};

/** What is raised, what is caught, and the defaults in a signature. */
export const exceptions: readonly Template[] = [
  {
    name: "raised-other",
    prior: 0.55,
    at: ["raise_statement"],
    *edits(node, { file, failure }) {
      const raised = named(node)[0];
      const callee = raised?.type === "call" ? field(raised, "function") : raised;
      if (!callee) return;
      const mine = file.of(callee);
      const others = new Set([...failure.mentioned, ...(related[mine] ?? []), ...file.ingredients.raised]);
      for (const other of others)
        if (other !== mine) yield swap(callee, other, failure.mentioned.has(other) ? 1.6 : 0.4);
    },
    example: ["def f(a):\n    raise ValueError(a)\n", "def f(a):\n    raise TypeError(a)\n"],
  },
  {
    name: "raise-as-sibling",
    prior: 0.85,
    at: ["return_statement", "pass_statement", "expression_statement", "continue_statement"],
    *edits(node, site) {
      if (isDocstring(node) || !site.owner) return;
      const caught = [...parents(node)].some(({ type }) => type === "except_clause");
      const value = named(node)[0];
      const answer =
        node.type === "pass_statement" ||
        (node.type === "return_statement" && (!value || value.end - value.start < 12));
      const wanted = [...site.failure.mentioned].filter((type) => !site.failure.types.has(type));
      for (const each of site.file.ingredients.simple) {
        if (!each.text.startsWith("raise ") || (/ from (?!None\b)/.test(each.text) && !caught)) continue;
        const known = each.names.every((name) => site.owner?.names.has(name) || isGlobal(name, site));
        if (!known) continue;
        const weight = (answer ? 1 : 0.3) * (each.owner === site.owner ? 1 : 0.9);
        for (const type of wanted) {
          const own = each.text.includes(type);
          const text = own ? each.text : each.text.replace(/\b[A-Z]\w*(?:Error|Exception)\b/, type);
          if (text.includes(type) && isGlobal(type, site)) yield swap(node, text, weight * (own ? 1 : 0.7));
        }
      }
    },
    example: [
      "def g(a):\n    raise KeyError(a)\n\ndef f(a):\n    return None\n",
      "def g(a):\n    raise KeyError(a)\n\ndef f(a):\n    raise KeyError(a)\n",
    ],
  },
  {
    name: "caught-other",
    prior: 0.5,
    at: ["except_clause"],
    *edits(node, { file, failure }) {
      const caught = node.children.find(
        (each) => each.named && /^(identifier|attribute|tuple|as_pattern)$/.test(each.type),
      );
      const type = caught?.type === "as_pattern" ? named(caught)[0] : caught;
      if (!type) return;
      const mine = file.of(type);
      for (const each of failure.types)
        if (/Error$|Iteration$/.test(each) && !mine.includes(each)) {
          const inner = type.type === "tuple" ? mine.slice(1, -1).replace(/,\s*$/, "") : mine;
          yield* [swap(type, each, 1), swap(type, `(${inner}, ${each})`, 1.2)];
        }
      for (const other of related[mine] ?? [])
        yield* [swap(type, other, 0.6), swap(type, `(${mine}, ${other})`, 0.5)];
      if (mine !== "Exception") yield swap(type, "Exception", 0.4);
      if (type.type === "tuple") for (const each of named(type)) yield swap(type, file.of(each), 0.3);
    },
    example: [
      "def f(a):\n    try:\n        return a[0]\n    except KeyError:\n        return 0\n",
      "def f(a):\n    try:\n        return a[0]\n    except IndexError:\n        return 0\n",
    ],
  },
  {
    name: "caught-answer",
    prior: 0.3,
    at: ["except_clause"],
    *edits(node, site) {
      const body = node.children.find(({ type }) => type === "block");
      const first = body ? named(body)[0] : undefined;
      if (!body || !first || named(body).length > 1) return;
      const mine = site.file.of(first);
      for (const text of [
        "raise",
        "pass",
        "return None",
        "return False",
        "return True",
        "return default",
        "continue",
        "return 0",
        "return []",
      ])
        if (text !== mine && (text !== "return default" || site.owner?.names.has("default")))
          yield swap(first, text, text === "return default" ? 1.5 : 0.6);
    },
    example: [
      "def f(a):\n    try:\n        return a[0]\n    except KeyError:\n        pass\n",
      "def f(a):\n    try:\n        return a[0]\n    except KeyError:\n        raise\n",
    ],
  },
  {
    name: "try-added",
    prior: 0.2,
    at: ["expression_statement", "return_statement", "for_statement"],
    *edits(node, site) {
      const types = [...site.failure.types].filter(
        (type) =>
          /(Error|Iteration)$/.test(type) && !/^(Assertion|Name|Syntax|Import|UnboundLocal)Error$/.test(type),
      );
      if (isDocstring(node) || types.length === 0 || node.endRow - node.row > 5) return;
      const [indent, step] = [indentOf(node, site), stepOf(site)];
      const body = reindent(site.file.of(node), indent, indent + step);
      const loop = [...parents(node)].some(
        ({ type }) => type === "for_statement" || type === "while_statement",
      );
      const answers = [
        "return",
        "pass",
        "return False",
        "return None",
        "return []",
        ...(loop ? ["continue", "break"] : []),
        ...(site.owner?.names.has("default") ? ["return default"] : []),
      ];
      for (const type of types)
        for (const answer of answers)
          yield swap(
            node,
            `try:\n${indent}${step}${body}\n${indent}except ${type}:\n${indent}${step}${answer}`,
            answer === "return default" ? 1.5 : 0.8,
          );
    },
    example: [
      "def f(a):\n    next(a)\n",
      "def f(a):\n    try:\n        next(a)\n    except StopIteration:\n        return\n",
    ],
  },
  {
    name: "default-other",
    prior: 0.5,
    at: ["default_parameter", "typed_default_parameter"],
    *edits(node, { file }) {
      const value = field(node, "value");
      if (!value) return;
      const mine = file.of(value);
      const usual: Record<string, readonly string[]> = {
        None: ["()", "''", "0", "1", "True", "False"],
        "''": ["' '", "None"],
        '""': ['" "', "None"],
        "()": ["None"],
        "[]": ["None"],
        "{}": ["None"],
        True: ["None"],
        False: ["None"],
      };
      for (const other of usual[mine] ?? []) yield swap(value, other, 0.5);
    },
    example: ["def f(a=()):\n    return a\n", "def f(a=None):\n    return a\n"],
  },
  {
    name: "nested-scope",
    prior: 0.6,
    at: ["block"],
    *edits(node, site) {
      if (node.parent?.type !== "function_definition" || node.parent === site.owner?.node) return;
      const first = named(node).find(isStatement);
      if (!first || !site.failure.types.has("UnboundLocalError")) return;
      const set = new Set<string>();
      for (const each of walk(node))
        if (each.type === "augmented_assignment" || each.type === "assignment")
          set.add(site.file.of(field(each, "left") ?? each));
      for (const name of set)
        if (/^\w+$/.test(name))
          yield swap({ start: first.start, end: first.start }, `nonlocal ${name}\n${indentOf(first, site)}`);
    },
    example: [
      "def f():\n    n = 0\n    def g():\n        n += 1\n        return n\n    return g\n",
      "def f():\n    n = 0\n    def g():\n        nonlocal n\n        n += 1\n        return n\n    return g\n",
    ],
  },
];

function* parents(node: { parent: import("../node.ts").Node | null }) {
  let at = node.parent;
  while (at) {
    yield at;
    at = at.parent;
  }
}
