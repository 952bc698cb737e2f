import { field } from "../node.ts";
import { argumentsOf, swap, type Template } from "./template.ts";

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

/** Which function or method is called. */
export const callees: readonly Template[] = [
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
