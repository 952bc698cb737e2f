import { field, named } from "../node.ts";
import { argumentsOf, calleeName, exchange, swap, type Template } from "./template.ts";

/** What a function is given: in which order, how many, by which name. */
export const givenArguments: readonly Template[] = [
  {
    name: "arguments-swapped",
    prior: 0.6,
    at: ["argument_list"],
    *edits(node, site) {
      const plain = named(node).filter(({ type }) => !/keyword_argument|splat|generator/.test(type));
      for (let at = 0; at + 1 < plain.length; at += 1) {
        const [one, other] = [plain[at], plain[at + 1]];
        if (one && other && site.file.of(one) !== site.file.of(other)) yield exchange(one, other, site);
      }
      const keywords = named(node).filter(({ type }) => type === "keyword_argument");
      for (let at = 0; at + 1 < keywords.length; at += 1) {
        const [one, other] = [keywords[at], keywords[at + 1]].map((each) =>
          each ? field(each, "value") : undefined,
        );
        if (one && other && site.file.of(one) !== site.file.of(other)) yield exchange(one, other, site, 0.5);
      }
    },
    example: ["def f(a, b):\n    return g(a, b)\n", "def f(a, b):\n    return g(b, a)\n"],
  },
  {
    name: "argument-dropped",
    prior: 0.3,
    at: ["argument_list"],
    *edits(node, { file }) {
      const all = named(node);
      if (node.children[0]?.type !== "(") return;
      for (const each of all) {
        const rest = all.filter((other) => other !== each).map(file.of);
        yield swap(node, `(${rest.join(", ")})`, each === all.at(-1) ? 1 : 0.5);
      }
    },
    example: ["def f(a, b):\n    return g(a, b)\n", "def f(a, b):\n    return g(a)\n"],
  },
  {
    name: "keyword-added",
    prior: 0.55,
    at: ["call"],
    *edits(node, site) {
      const list = field(node, "arguments");
      if (list?.type !== "argument_list" || list.children[0]?.type !== "(") return;
      const given = new Set(
        argumentsOf(node).flatMap((each) =>
          each.type === "keyword_argument" ? [site.file.of(field(each, "name") ?? each)] : [],
        ),
      );
      const mine = new Set<string>();
      const callee = calleeName(node, site);
      const add = function* (text: string, weight: number) {
        const name = text.split("=")[0] ?? "";
        if (given.has(name) || mine.has(text)) return;
        mine.add(text);
        const all = [...argumentsOf(node).map(site.file.of), text];
        yield swap(list, `(${all.join(", ")})`, weight);
      };
      const target = site.file.functions.find(({ name }) => name === callee);
      for (const name of target?.parameters ?? [])
        if (site.owner?.names.has(name) && name !== "self" && name !== "cls")
          yield* add(`${name}=${name}`, 1);
      for (const others of site.file.ingredients.calls.get(callee) ?? [])
        for (const other of others) {
          const [, name, value] = /^(\w+)=(.*)$/s.exec(other) ?? [];
          if (name && value) yield* add(other, site.owner?.names.has(value) ? 1 : 0.5);
        }
      const usual: Record<string, readonly string[]> = {
        sorted: ["key=key", "reverse=True", "reverse=reverse"],
        sort: ["key=key", "reverse=True"],
        min: ["key=key", "default=None"],
        max: ["key=key", "default=None"],
        split: ["maxsplit=1"],
        enumerate: ["start=1"],
        open: ["encoding='utf-8'"],
        zip: ["strict=True"],
      };
      for (const text of usual[callee] ?? []) {
        const value = text.split("=")[1] ?? "";
        if (!/^[a-z]/.test(value) || site.owner?.names.has(value)) yield* add(text, 0.7);
      }
    },
    example: [
      "def g(a, *, key=None):\n    return a\n\ndef f(a, key):\n    return g(a)\n",
      "def g(a, *, key=None):\n    return a\n\ndef f(a, key):\n    return g(a, key=key)\n",
    ],
  },
  {
    name: "argument-added",
    prior: 0.35,
    at: ["call"],
    *edits(node, site) {
      const list = field(node, "arguments");
      if (list?.type !== "argument_list" || list.children[0]?.type !== "(" || !site.owner) return;
      const given = argumentsOf(node).map(site.file.of);
      if (given.length > 3) return;
      const callee = calleeName(node, site);
      const longer = (site.file.ingredients.calls.get(callee) ?? []).filter(
        (each) => each.length === given.length + 1,
      );
      for (const other of longer) {
        const last = other.at(-1) ?? "";
        if (!/=/.test(last) && given.every((text, at) => text === other[at] || given.length < 2))
          yield swap(list, `(${[...given, last].join(", ")})`, 1);
      }
      const unread = site.owner.parameters.filter(
        (name) => !site.owner?.read.has(name) && !/^(self|cls|_)/.test(name),
      );
      for (const name of unread) yield swap(list, `(${[...given, name].join(", ")})`, 1.2);
      const shorter = (site.file.ingredients.calls.get(callee) ?? []).every(
        (each) => each.length <= given.length,
      );
      for (const name of site.owner.names)
        if (!/^(self|cls|_)$/.test(name) && !given.includes(name) && !unread.includes(name))
          yield swap(list, `(${[...given, name].join(", ")})`, shorter ? 0.25 : 0.5);
      const lone: Record<string, readonly string[]> = {
        get: ["None", "0", "''", "[]", "default"],
        pop: ["None", "0", "-1", "default"],
        next: ["None", "default"],
        getattr: ["None", "default"],
        split: ["None, 1", "','"],
        round: ["2"],
        range: ["-1"],
        enumerate: ["1"],
        strip: ["' '"],
        dict: [],
        sum: ["[]"],
      };
      /** What the callee raises where it finds nothing and was given nothing to answer instead. */
      const raised: Record<string, string> = {
        pop: "KeyError",
        next: "StopIteration",
        getattr: "AttributeError",
      };
      if (/^(get|pop|next|getattr)$/.test(callee) && given.length < (callee === "getattr" ? 3 : 2))
        for (const value of site.failure.expected) yield swap(list, `(${[...given, value].join(", ")})`, 1.2);
      const told = site.failure.types.has(raised[callee] ?? "");
      for (const [at, text] of (lone[callee] ?? []).entries())
        if (!/^default$/.test(text) || site.owner.names.has(text))
          yield swap(list, `(${[...given, text].join(", ")})`, told && at === 0 ? 2.2 : 0.7);
    },
    example: ["def f(a, b):\n    return a.get(0)\n", "def f(a, b):\n    return a.get(0, b)\n"],
  },
  {
    name: "range-bounds",
    prior: 0.55,
    at: ["call"],
    *edits(node, site) {
      if (calleeName(node, site) !== "range") return;
      const list = field(node, "arguments");
      const given = argumentsOf(node).map(site.file.of);
      if (!list) return;
      const [one = "", two = "", three] = given;
      const put = (...all: string[]) => swap(list, `(${all.join(", ")})`);
      if (given.length === 1)
        yield* [put("1", one), put(`${one} + 1`), put(`${one} - 1`), put("1", `${one} + 1`)];
      if (given.length === 2)
        yield* [
          put(two),
          put(`${one} + 1`, two),
          put(`${one} - 1`, two),
          put(one, `${two} + 1`),
          put(one, `${two} - 1`),
          put(one, two, "-1"),
          put(one, two, "2"),
        ];
      if (given.length === 3 && three)
        yield* [
          put(one, two),
          put(one, `${two} + 1`, three),
          put(one, `${two} - 1`, three),
          put(`${one} + 1`, two, three),
          put(`${one} - 1`, two, three),
        ];
    },
    example: ["def f(a, b):\n    return range(a, b)\n", "def f(a, b):\n    return range(a, b + 1)\n"],
  },
];

/** Arguments that are spread, or should be. */
export const starred: readonly Template[] = [
  {
    name: "star",
    prior: 0.4,
    at: ["argument_list"],
    *edits(node, site) {
      const { file } = site;
      for (const each of named(node)) {
        const text = file.of(each);
        if (/splat/.test(each.type)) yield swap(each, text.replace(/^\*+/, ""), 0.7);
        else if (
          each.type === "identifier" &&
          /^(args|kwargs|kwds|kw|params|items|values|seqs|funcs|iterables)$/.test(text)
        )
          yield swap(each, `${/^(kwargs|kwds|kw)$/.test(text) ? "**" : "*"}${text}`);
      }
      const present = file.of(node);
      for (const name of ["args", "kwargs", "kwds", "kw"]) {
        if (
          !site.owner?.parameters.includes(name) ||
          present.includes(`*${name}`) ||
          node.children[0]?.type !== "("
        )
          continue;
        const all = [...named(node).map(file.of), `${name === "args" ? "*" : "**"}${name}`];
        yield swap(node, `(${all.join(", ")})`, site.owner.read.has(name) ? 0.5 : 1.5);
      }
    },
    example: ["def f(args):\n    return g(args)\n", "def f(args):\n    return g(*args)\n"],
  },
];
