import { ancestor, field, type Node, named } from "../node.ts";
import { exchange, type Site, swap, type Template } from "./template.ts";

const functionTwins: Record<string, readonly string[]> = {
  min: ["max"],
  max: ["min"],
  any: ["all"],
  all: ["any"],
  list: ["tuple", "set", "sorted", "reversed"],
  tuple: ["list"],
  set: ["list", "frozenset"],
  frozenset: ["set"],
  sorted: ["list", "reversed"],
  reversed: ["list", "sorted"],
  int: ["float", "str", "round"],
  float: ["int"],
  str: ["repr", "int"],
  repr: ["str"],
  isinstance: ["issubclass"],
  issubclass: ["isinstance"],
  range: ["len"],
  map: ["filter"],
  filter: ["map", "filterfalse"],
  zip: ["zip_longest"],
  getattr: ["hasattr"],
  hasattr: ["getattr"],
  enumerate: ["zip"],
  dict: ["OrderedDict", "list"],
  iter: ["next", "list"],
  next: ["iter"],
  abs: ["int"],
  round: ["int"],
  sum: ["max", "len", "any"],
  len: ["sum"],
  ord: ["chr"],
  chr: ["ord"],
  bytes: ["bytearray", "str"],
  type: ["id"],
  startswith: ["endswith"],
  endswith: ["startswith"],
  strip: ["lstrip", "rstrip"],
  lstrip: ["rstrip", "strip"],
  rstrip: ["lstrip", "strip"],
  upper: ["lower", "title", "capitalize"],
  lower: ["upper", "casefold"],
  title: ["capitalize"],
  capitalize: ["title", "upper"],
  find: ["rfind", "index"],
  rfind: ["find"],
  index: ["rindex", "find", "count"],
  rindex: ["index"],
  split: ["rsplit", "splitlines", "partition"],
  rsplit: ["split"],
  partition: ["rpartition"],
  rpartition: ["partition"],
  ljust: ["rjust"],
  rjust: ["ljust"],
  append: ["extend", "appendleft", "add"],
  extend: ["append", "update"],
  appendleft: ["append"],
  pop: ["popleft", "get", "remove"],
  popleft: ["pop"],
  popitem: ["pop"],
  add: ["discard", "update", "append"],
  discard: ["add", "remove"],
  remove: ["discard", "append"],
  keys: ["values", "items"],
  values: ["keys", "items"],
  items: ["keys", "values"],
  get: ["setdefault", "pop"],
  setdefault: ["get", "pop"],
  update: ["add", "setdefault"],
  union: ["intersection", "difference"],
  intersection: ["union", "difference"],
  difference: ["intersection", "symmetric_difference"],
  issubset: ["issuperset"],
  issuperset: ["issubset"],
  isdigit: ["isalpha", "isalnum", "isdecimal"],
  isalpha: ["isdigit", "isalnum"],
  isupper: ["islower"],
  islower: ["isupper"],
  match: ["search", "fullmatch"],
  search: ["match"],
  fullmatch: ["match"],
  encode: ["decode"],
  decode: ["encode"],
  floor: ["ceil"],
  ceil: ["floor"],
  bisect_left: ["bisect_right"],
  bisect_right: ["bisect_left"],
  heappush: ["heappop"],
  read: ["readline"],
  debug: ["info"],
  count: ["index"],
  insert: ["append"],
};

const argumentsOf = (node: Node) => {
  const list = field(node, "arguments");
  return list?.type === "argument_list" ? named(list) : [];
};
const calleeName = (node: Node, { file }: Site) =>
  file.of(field(node, "function") ?? node).replace(/^.*\./s, "");

/** Functions and methods called, and what they are given. */
export const calls: readonly Template[] = [
  {
    name: "callee-twin",
    prior: 0.75,
    at: ["call"],
    *edits(node, site) {
      const callee = field(node, "function");
      if (!callee) return;
      const last = callee.type === "attribute" ? field(callee, "attribute") : callee;
      if (last?.type !== "identifier") return;
      const all = functionTwins[site.file.of(last)] ?? [];
      for (const [at, other] of all.entries()) yield swap(last, other, 1 / (1 + at * 0.8));
    },
    example: ["def f(a):\n    return max(a).lstrip()\n", "def f(a):\n    return min(a).lstrip()\n"],
  },
  {
    name: "callee-sibling",
    prior: 0.3,
    at: ["call"],
    *edits(node, site) {
      const callee = field(node, "function");
      if (callee?.type !== "identifier") return;
      const mine = site.file.of(callee);
      const used = argumentsOf(node).length;
      for (const { name, className, parameters } of site.file.functions)
        if (
          className === null &&
          name !== mine &&
          name !== site.owner?.name &&
          parameters.length === used &&
          alike(name, mine) > 0.3
        )
          yield swap(callee, name, alike(name, mine));
    },
    example: [
      "def left_of(a):\n    return a\n\ndef right_of(a):\n    return -a\n\ndef f(a):\n    return left_of(a)\n",
      "def left_of(a):\n    return a\n\ndef right_of(a):\n    return -a\n\ndef f(a):\n    return right_of(a)\n",
    ],
  },
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

/** Share of characters that two names have in common at their ends, 0..1. */
export function alike(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let head = 0;
  while (head < length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  return (head + tail) / Math.max(a.length, b.length);
}
