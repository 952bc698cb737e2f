import { ancestor, type Cursor, copyTree, field, isSimple, type Node, named, walk } from "./node.ts";

/** A function or method as repair sees it. Nested functions belong to the outermost one. */
export interface FunctionFacts {
  name: string;
  className: string | null;
  /** `Class.method` or `function`. */
  qualified: string;
  node: Node;
  parameters: string[];
  /** Every name bound in it, parameters included. */
  names: Set<string>;
  /** Names that are read in it. */
  read: Set<string>;
}

/** A piece of code that could be used elsewhere in the same file. */
export interface Ingredient {
  text: string;
  /** Free names that it needs. */
  names: string[];
  /** The text of the statement before and behind it in its block, where there is one. */
  before: string | null;
  after: string | null;
  owner: FunctionFacts;
}

export interface Ingredients {
  conditions: Ingredient[];
  /** One-line statements. */
  simple: Ingredient[];
  /** Whole `if` statements of few lines. */
  guards: Ingredient[];
  /** Callee -> the arguments of each call of it. */
  calls: Map<string, string[][]>;
  /** Object (as written) -> attributes read of it. */
  attributes: Map<string, Set<string>>;
  strings: Set<string>;
  raised: Set<string>;
}

export interface SourceFile {
  path: string;
  text: string;
  root: Node;
  functions: FunctionFacts[];
  ingredients: Ingredients;
  /** The text of a node. */
  of(node: Node): string;
}

/** Read one file's functions and what its code could lend. */
export function readSource(path: string, text: string, cursor: Cursor): SourceFile {
  const root = copyTree(cursor);
  const of = (node: Node) => text.slice(node.start, node.end);
  const functions = findFunctions(root, of);
  return { path, text, root, functions, of, ingredients: gather(root, functions, of) };
}

type Of = (node: Node) => string;

function findFunctions(root: Node, of: Of): FunctionFacts[] {
  const found: FunctionFacts[] = [];
  const visit = (node: Node, className: string | null) => {
    if (node.type === "function_definition") {
      const name = of(field(node, "name") ?? node);
      const parameters = parametersOf(node, of);
      const names = new Set(parameters);
      const read = new Set<string>();
      for (const each of walk(field(node, "body") ?? node)) {
        if (each.type !== "identifier" || isLabel(each)) continue;
        if (isBound(each)) names.add(of(each));
        else read.add(of(each));
      }
      const qualified = className === null ? name : `${className}.${name}`;
      found.push({ name, className, qualified, node, parameters, names, read });
      return;
    }
    const inner = node.type === "class_definition" ? of(field(node, "name") ?? node) : className;
    for (const child of node.children) visit(child, inner);
  };
  visit(root, null);
  return found;
}

/** Names of a function's parameters, stars left out. */
function parametersOf(node: Node, of: Of): string[] {
  return named(field(node, "parameters") ?? node).flatMap((each) => {
    const inner =
      each.type === "identifier" ? each : [...walk(each)].find(({ type }) => type === "identifier");
    return inner ? [of(inner)] : [];
  });
}

/** An identifier that is no variable: an attribute's name, a keyword's name. */
export function isLabel(node: Node): boolean {
  const { parent } = node;
  if (!parent) return false;
  return (
    (parent.type === "attribute" && node.field === "attribute") ||
    (parent.type === "keyword_argument" && node.field === "name") ||
    parent.type === "dotted_name"
  );
}

const patterns = new Set([
  ...["pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "dictionary_splat_pattern"],
  "typed_parameter",
]);

function isBound(node: Node): boolean {
  let at = node;
  while (at.parent && patterns.has(at.parent.type)) at = at.parent;
  const { parent } = at;
  if (!parent) return false;
  if (at.field === "left")
    return /^(assignment|for_statement|for_in_clause|augmented_assignment)$/.test(parent.type);
  if (at.field === "name")
    return /^(named_expression|function_definition|class_definition)$/.test(parent.type);
  return (
    parent.type === "as_pattern_target" || parent.type === "parameters" || parent.type === "lambda_parameters"
  );
}

/** The variables that an expression or statement reads. */
function freeNames(node: Node, of: Of): string[] {
  const names = new Set<string>();
  for (const each of walk(node)) if (each.type === "identifier" && !isLabel(each)) names.add(of(each));
  return [...names];
}

function gather(root: Node, functions: readonly FunctionFacts[], of: Of): Ingredients {
  const found: Ingredients = {
    conditions: [],
    simple: [],
    guards: [],
    calls: new Map(),
    attributes: new Map(),
    strings: new Set(),
    raised: new Set(),
  };
  for (const owner of functions) {
    for (const node of walk(owner.node)) {
      const take = (list: Ingredient[], of_: Node = node) => list.push(ingredient(of_, owner, of));
      if (isSimple(node) && node.row === node.endRow && !isDocstring(node)) take(found.simple);
      else if (node.type === "if_statement") {
        const condition = field(node, "condition");
        if (condition) take(found.conditions, condition);
        if (node.endRow - node.row <= 3 && !field(node, "alternative")) take(found.guards);
      } else if (
        node.type === "elif_clause" ||
        node.type === "while_statement" ||
        node.type === "if_clause"
      ) {
        const condition = field(node, "condition") ?? named(node)[0];
        if (condition) take(found.conditions, condition);
        if (node.type === "elif_clause" && node.endRow - node.row <= 3)
          found.guards.push({ ...ingredient(node, owner, of), text: of(node).slice("el".length) });
      } else if (node.type === "boolean_operator") {
        for (const side of ["left", "right"]) {
          const operand = field(node, side);
          if (operand && operand.type !== "boolean_operator") take(found.conditions, operand);
        }
      }
    }
  }
  for (const node of walk(root)) {
    if (node.type === "call") {
      const callee = field(node, "function");
      const args = field(node, "arguments");
      if (callee && args?.type === "argument_list")
        push(found.calls, of(callee).replace(/^.*\./, ""), named(args).map(of));
    } else if (node.type === "attribute") {
      const object = field(node, "object");
      const attribute = field(node, "attribute");
      if (object && attribute && object.type === "identifier") {
        const scope = ancestor(node, ["class_definition"]);
        const key = attributeKey(of(object), scope ? of(field(scope, "name") ?? scope) : null);
        const known = found.attributes.get(key) ?? new Set();
        found.attributes.set(key, known.add(of(attribute)));
      }
    } else if (node.type === "string" && node.end - node.start < 40 && !isDocstring(node.parent ?? node)) {
      found.strings.add(of(node));
    } else if (node.type === "raise_statement") {
      const raised = named(node)[0];
      if (raised)
        found.raised.add(of(raised.type === "call" ? (field(raised, "function") ?? raised) : raised));
    }
  }
  found.conditions = unique(found.conditions);
  return found;
}

/** `self` means another object in each class. */
export function attributeKey(object: string, className: string | null): string {
  return object === "self" || object === "cls" ? `${className}.${object}` : object;
}

export const isDocstring = (node: Node) =>
  node.type === "expression_statement" && node.children.length === 1 && node.children[0]?.type === "string";

function ingredient(node: Node, owner: FunctionFacts, of: Of): Ingredient {
  const siblings = node.parent?.type === "block" ? named(node.parent) : [];
  const at = siblings.indexOf(node);
  const text = (other: Node | undefined) => (other ? of(other) : null);
  return {
    text: of(node),
    names: freeNames(node, of),
    before: at > 0 ? text(siblings[at - 1]) : null,
    after: at >= 0 ? text(siblings[at + 1]) : null,
    owner,
  };
}

function unique(list: readonly Ingredient[]): Ingredient[] {
  const seen = new Set<string>();
  return list.filter(({ text, owner }) => {
    const key = `${owner.qualified}\n${text}`;
    return !seen.has(key) && seen.add(key);
  });
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
