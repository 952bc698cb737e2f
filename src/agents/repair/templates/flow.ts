import { ancestor, field, isStatement, type Node, named, walk } from "../node.ts";
import { isDocstring } from "../source.ts";
import { insertAfter, insertBefore, type Site, stepOf, swap, type Template } from "./template.ts";

const statementTypes = [
  "expression_statement",
  "if_statement",
  "for_statement",
  "while_statement",
  "return_statement",
];
const blockKinds = new Set([
  "for_statement",
  "while_statement",
  "if_statement",
  "elif_clause",
  "else_clause",
  "except_clause",
  "try_statement",
  "with_statement",
]);

/** Values that are prepared and never used, or used and never changed: what was to happen to them in between is gone. */
export const flow: readonly Template[] = [
  {
    name: "counter-moved",
    prior: 0.7,
    at: statementTypes,
    *edits(node, site) {
      if (!site.owner || !inLoop(node)) return;
      for (const [name, value] of prepared(site)) {
        if (!/^-?\d+(\.\d+)?$/.test(value)) continue;
        yield insertBefore(node, `${name} += 1`, site, 1);
        if (isLast(node)) yield insertAfter(node, `${name} += 1`, site, 1);
        for (const other of loopNames(node, site)) yield insertBefore(node, `${name} += ${other}`, site, 0.5);
      }
    },
    example: [
      "def f(a):\n    n = 0\n    for b in a:\n        g(b)\n    return n\n",
      "def f(a):\n    n = 0\n    for b in a:\n        g(b)\n        n += 1\n    return n\n",
    ],
  },
  {
    name: "collector-fed",
    prior: 0.7,
    at: statementTypes,
    *edits(node, site) {
      if (!site.owner) return;
      const around = [...loopNames(node, site), ...setBefore(node, site)];
      for (const [name, value] of prepared(site)) {
        const feeds =
          value === "[]" || value === "list()"
            ? ["append", "extend"]
            : value === "set()"
              ? ["add"]
              : value === "deque()" || value === "collections.deque()"
                ? ["append"]
                : [];
        for (const feed of feeds)
          for (const other of around) {
            if (other === name) continue;
            yield insertBefore(node, `${name}.${feed}(${other})`, site, inLoop(node) ? 1 : 0.4);
            if (isLast(node))
              yield insertAfter(node, `${name}.${feed}(${other})`, site, inLoop(node) ? 1 : 0.4);
          }
        if (value === "{}" || value === "dict()" || value === "OrderedDict()")
          for (const key of around)
            for (const item of around)
              if (key !== item && isLast(node))
                yield insertAfter(node, `${name}[${key}] = ${item}`, site, 0.6);
      }
    },
    example: [
      "def f(a):\n    found = []\n    for b in a:\n        c = g(b)\n    return found\n",
      "def f(a):\n    found = []\n    for b in a:\n        c = g(b)\n        found.append(c)\n    return found\n",
    ],
  },
  {
    name: "item-stored",
    prior: 0.25,
    at: ["expression_statement"],
    *edits(node, site) {
      const assignment = named(node)[0];
      const left = assignment?.type === "assignment" ? field(assignment, "left") : undefined;
      const right = assignment ? field(assignment, "right") : undefined;
      if (!site.owner || left?.type !== "identifier" || right?.type !== "call") return;
      const places = new Set<string>();
      for (const each of walk(site.owner.node))
        if (
          (each.type === "subscript" || each.type === "attribute") &&
          each.parent?.type !== "call" &&
          each.end - each.start < 40
        ) {
          const object = field(each, "value") ?? field(each, "object");
          if (object && /^(identifier|attribute)$/.test(object.type)) places.add(site.file.of(each));
        }
      for (const place of places) {
        yield swap({ start: left.start, end: left.start }, `${place} = `, 1);
        yield insertAfter(node, `${place} = ${site.file.of(left)}`, site, 0.6);
      }
    },
    example: [
      "def f(a, k):\n    if k in a:\n        return a[k]\n    b = g(k)\n    return b\n",
      "def f(a, k):\n    if k in a:\n        return a[k]\n    a[k] = b = g(k)\n    return b\n",
    ],
  },
  {
    name: "yield-added",
    prior: 0.35,
    at: statementTypes,
    *edits(node, site) {
      if (!site.owner || isDocstring(node) || !/\byield\b/.test(site.file.of(site.owner.node))) return;
      const near = new Set([...loopNames(node, site), ...setBefore(node, site)]);
      for (const name of near) {
        yield insertBefore(node, `yield ${name}`, site, 0.8);
        if (isLast(node)) yield insertAfter(node, `yield ${name}`, site, 1);
      }
      if (isLast(node))
        for (const name of site.owner.names)
          if (name !== "self") yield insertAfter(node, `yield from ${name}`, site, 0.4);
    },
    example: [
      "def f(a):\n    for b in a:\n        if b:\n            yield b\n        c = g(b)\n",
      "def f(a):\n    for b in a:\n        if b:\n            yield b\n        c = g(b)\n        yield c\n",
    ],
  },
  {
    name: "return-in-branch",
    prior: 0.3,
    at: statementTypes,
    *edits(node, site) {
      const kind = node.parent?.parent?.type ?? "";
      if (
        !site.owner ||
        node.parent?.type !== "block" ||
        !blockKinds.has(node.parent.parent?.type ?? "") ||
        !isLast(node)
      )
        return;
      if (node.type === "return_statement") return;
      const likely = /^(if|elif|else|except)/.test(kind) ? 1 : 0.5;
      if (/\byield\b/.test(site.file.of(site.owner.node))) {
        yield insertAfter(node, "return", site, likely);
        return;
      }
      for (const name of setBefore(node, site)) yield insertAfter(node, `return ${name}`, site, likely);
      for (const value of returned(site)) yield insertAfter(node, `return ${value}`, site, likely * 0.8);
      for (const value of ["None", "True", "False"])
        yield insertAfter(node, `return ${value}`, site, likely * 0.3);
    },
    example: [
      "def f(a):\n    if a:\n        b = g(a)\n    return None\n",
      "def f(a):\n    if a:\n        b = g(a)\n        return b\n    return None\n",
    ],
  },
  {
    name: "return-before",
    prior: 0.2,
    at: ["if_statement"],
    *edits(node, site) {
      if (!site.owner) return;
      const all = node.parent ? named(node.parent).filter(isStatement) : [];
      const next = all[all.indexOf(node) + 1];
      const body = field(node, "consequence");
      if (!next || !body) return;
      for (const value of returned(site)) yield insertBefore(next, `return ${value}`, site, 0.3);
      for (const name of site.owner.parameters)
        for (const value of returned(site).slice(0, 4))
          if (name !== "self")
            yield insertBefore(node, `if not ${name}:\n${stepOf(site)}return ${value}`, site, 0.5);
    },
    example: [
      "def f(a):\n    if a > 1:\n        return a\n    a += 1\n    return 2\n",
      "def f(a):\n    if not a:\n        return 2\n    if a > 1:\n        return a\n    a += 1\n    return 2\n",
    ],
  },
];

const inLoop = (node: Node) => {
  const holder = ancestor(node, ["for_statement", "while_statement", "function_definition"]);
  return holder !== undefined && holder.type !== "function_definition";
};

const isLast = (node: Node) => (node.parent ? named(node.parent).filter(isStatement).at(-1) === node : false);

/** Names that are set once, to a literal, and never changed in any way afterwards. */
function prepared(site: Site): [name: string, value: string][] {
  const { owner, file } = site;
  if (!owner) return [];
  const text = file.of(owner.node);
  const found: [string, string][] = [];
  for (const node of walk(owner.node)) {
    if (node.type !== "assignment") continue;
    const [left, right] = [field(node, "left"), field(node, "right")];
    const pairs =
      left?.type === "pattern_list" && right?.type === "expression_list"
        ? named(left).map((each, at) => [each, named(right)[at]] as const)
        : [[left, right] as const];
    for (const [one, value] of pairs) {
      if (
        one?.type !== "identifier" ||
        !value ||
        !/^(integer|float|list|dictionary|call|unary_operator)$/.test(value.type)
      )
        continue;
      const name = file.of(one);
      const literal = file.of(value);
      if (!/^(-?\d+(\.\d+)?|\[\]|\{\}|(set|list|dict|OrderedDict|(collections\.)?deque)\(\))$/.test(literal))
        continue;
      const sets =
        text.match(
          new RegExp(
            `\\b${name}\\b\\s*([-+*/|&]|//)?=(?!=)|\\b${name}\\s*\\.\\s*(append|extend|add|update|insert|appendleft)\\b|\\b${name}\\[[^\\]]*\\]\\s*=(?!=)|nonlocal ${name}\\b`,
            "g",
          ),
        ) ?? [];
      if (sets.length <= 1) found.push([name, literal]);
    }
  }
  return found;
}

/** Names bound by the loops around. */
function loopNames(node: Node, site: Site): string[] {
  const names: string[] = [];
  for (let at = node.parent; at && at.type !== "function_definition"; at = at.parent) {
    const left = at.type === "for_statement" ? field(at, "left") : undefined;
    if (left) for (const each of walk(left)) if (each.type === "identifier") names.push(site.file.of(each));
  }
  return names;
}

/** Names that earlier statements of the same block set. */
function setBefore(node: Node, site: Site): string[] {
  const names: string[] = [];
  for (const each of node.parent ? named(node.parent) : []) {
    if (each.start > node.start) break;
    const assignment = each.type === "expression_statement" ? named(each)[0] : undefined;
    const left = assignment && /assignment$/.test(assignment.type) ? field(assignment, "left") : undefined;
    if (left?.type === "identifier") names.push(site.file.of(left));
  }
  return names;
}

/** What the function returns elsewhere. */
function returned(site: Site): string[] {
  const found = new Set<string>();
  for (const node of site.owner ? walk(site.owner.node) : []) {
    const value = node.type === "return_statement" ? named(node)[0] : undefined;
    if (value && value.end - value.start < 30) found.add(site.file.of(value));
  }
  return [...found];
}
