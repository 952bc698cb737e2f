import { ancestor, field, isStatement, type Node, named } from "../node.ts";
import { usable } from "./borrow.ts";
import { firstStatement, indentOf, insertBefore, stepOf, swap, type Template } from "./template.ts";

/** Guards and branches that are not there. */
export const guards: readonly Template[] = [
  {
    name: "none-default",
    prior: 0.4,
    at: ["block"],
    *edits(node, site) {
      const first = firstStatement(node);
      if (!first || !site.owner) return;
      const holder = node.parent ? field(node.parent, "parameters") : undefined;
      for (const parameter of holder ? named(holder) : []) {
        const value = field(parameter, "value");
        const name = field(parameter, "name");
        if (!value || !name || value.type !== "none") continue;
        const text = site.file.of(name);
        for (const [empty, weight] of [
          ["[]", 0.8],
          ["{}", 0.8],
          ["()", 0.4],
          ["0", 0.4],
          ["1", 0.3],
          ["''", 0.4],
          ["set()", 0.4],
        ] as const)
          yield insertBefore(first, `if ${text} is None:\n${stepOf(site)}${text} = ${empty}`, site, weight);
      }
    },
    example: [
      "def f(a=None):\n    return len(a)\n",
      "def f(a=None):\n    if a is None:\n        a = []\n    return len(a)\n",
    ],
  },
  {
    name: "early-return",
    prior: 0.22,
    at: ["block"],
    *edits(node, site) {
      const first = firstStatement(node);
      if (!first || !site.owner) return;
      const step = stepOf(site);
      const parameters = site.owner.parameters.filter((name) => !/^(self|cls)$/.test(name));
      for (const name of parameters)
        for (const [test, weight] of [
          [`not ${name}`, 1],
          [`${name} is None`, 0.9],
          [`${name} <= 0`, 0.4],
          [`${name} < 0`, 0.3],
          [`${name} == 0`, 0.4],
        ] as const)
          for (const [value, share] of [
            [name, 0.8],
            ["None", 0.7],
            ["0", 0.5],
            ["[]", 0.6],
            ["False", 0.6],
            ["True", 0.4],
            ["''", 0.5],
            ["()", 0.3],
            ["{}", 0.3],
          ] as const)
            yield insertBefore(first, `if ${test}:\n${step}return ${value}`, site, weight * share);
    },
    example: [
      "def f(a):\n    return a[0]\n",
      "def f(a):\n    if not a:\n        return None\n    return a[0]\n",
    ],
  },
  {
    name: "missing-raise",
    prior: 0.4,
    at: ["block"],
    *edits(node, site) {
      const first = firstStatement(node);
      if (!first || !site.owner) return;
      const step = stepOf(site);
      const types = [...site.failure.mentioned].filter((type) =>
        /(Error|Exception|Warning|Iteration)$/.test(type),
      );
      for (const type of types) {
        for (const name of site.owner.parameters)
          if (name !== "self" && name !== "cls")
            for (const [test, weight] of [
              [`${name} < 0`, 1],
              [`${name} <= 0`, 0.9],
              [`not ${name}`, 1],
              [`${name} is None`, 0.8],
              [`not callable(${name})`, 0.4],
            ] as const)
              yield insertBefore(first, `if ${test}:\n${step}raise ${type}()`, site, weight);
        for (const each of site.file.ingredients.conditions)
          if (each.owner === site.owner || usable(each, site))
            yield insertBefore(first, `if ${each.text}:\n${step}raise ${type}()`, site, 0.4);
      }
    },
    example: [
      "def f(a):\n    return a ** 0.5\n",
      "def f(a):\n    if a < 0:\n        raise ValueError()\n    return a ** 0.5\n",
    ],
  },
  {
    name: "branch-added",
    prior: 0.25,
    at: ["if_statement"],
    *edits(node, site) {
      const body = field(node, "consequence");
      if (!body || node.children.some(({ type }) => type === "else_clause")) return;
      const indent = indentOf(node, site);
      const step = stepOf(site);
      const last = named(body).filter(isStatement).at(-1);
      const target =
        last?.type === "expression_statement" && named(last)[0]?.type === "assignment"
          ? field(named(last)[0] as Node, "left")
          : undefined;
      const offered: [string, number][] = [];
      if (target)
        for (const each of site.file.ingredients.simple)
          if (
            each.text.startsWith(`${site.file.of(target)} = `) &&
            each.text !== site.file.of(last as Node) &&
            usable(each, site)
          )
            offered.push([each.text, 1]);
      if (target)
        for (const value of ["None", "[]", "0", "1", "''", "False", "True", "{}"])
          offered.push([`${site.file.of(target)} = ${value}`, 0.4]);
      if (target)
        for (const name of site.owner?.parameters ?? [])
          offered.push([`${site.file.of(target)} = ${name}`, 0.5]);
      if (last?.type === "return_statement")
        for (const value of ["None", "False", "True"]) offered.push([`return ${value}`, 0.3]);
      if (ancestor(node, ["for_statement", "while_statement"]))
        offered.push(["break", 0.8], ["continue", 0.6]);
      for (const [text, weight] of offered)
        yield swap({ start: node.end, end: node.end }, `\n${indent}else:\n${indent}${step}${text}`, weight);
    },
    example: [
      "def f(a):\n    b = 1\n    if a:\n        b = 2\n    return b\n",
      "def f(a):\n    b = 1\n    if a:\n        b = 2\n    else:\n        b = None\n    return b\n",
    ],
  },
];
