import type { Splice, SyntaxNode } from "../../python/index.ts";

/** One kind of mistake, as a row: where it can be made, and how. */
export interface Operator {
  /** Two words or more, joined by hyphens. */
  name: string;
  /** Tree-sitter query; what it captures as `@it` is handed to `edit`. */
  query: string;
  /** The replacements that make the mistake at this node, or null where it would be none. */
  edit(node: SyntaxNode): Splice[] | null;
  /** The code whose execution shows the mistake, where that is not the statement around the node. */
  shows?(node: SyntaxNode): SyntaxNode | null;
  /** A source before and after: `after` is what the first place in `before` that can be edited gives. */
  example: readonly [before: string, after: string];
}

/** Put other text in a node's place. */
export function replace(node: SyntaxNode, text: string): Splice[] {
  return [{ start: node.startIndex, end: node.endIndex, text }];
}

/** Let two nodes change places. */
export function exchange(a: SyntaxNode, b: SyntaxNode): Splice[] {
  return [...replace(a, b.text), ...replace(b, a.text)];
}

/** An edit that replaces a node by what stands against its text; other texts are left alone. */
export function twins(pairs: Readonly<Record<string, string>>): (node: SyntaxNode) => Splice[] | null {
  return (node) => {
    const other = Object.hasOwn(pairs, node.text) ? pairs[node.text] : undefined;
    return other === undefined ? null : replace(node, other);
  };
}

/** Both ways of each pair. */
export function bothWays(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
}

/**
 * Take a whole statement away with its line; where it is the only one of its block, `pass` stands in. Null where
 * it shares its line with others.
 */
export function removeStatement(node: SyntaxNode): Splice[] | null {
  const { parent } = node;
  if (!parent || (parent.type !== "block" && parent.type !== "module")) return null;
  const source = node.tree.rootNode.text;
  const lineStart = source.lastIndexOf("\n", node.startIndex - 1) + 1;
  if (source.slice(lineStart, node.startIndex).trim() !== "") return null;
  const newline = source.indexOf("\n", node.endIndex);
  const lineEnd = newline < 0 ? source.length : newline + 1;
  if (!/^[ \t]*(?:#[^\n]*)?\r?\n?$/.test(source.slice(node.endIndex, lineEnd))) return null;
  if (parent.namedChildren.filter((each) => each.type !== "comment").length === 1)
    return replace(node, "pass");
  return [{ start: lineStart, end: lineEnd, text: "" }];
}

/** Take one of a call's arguments away, with its comma. */
export function removeArgument(argument: SyntaxNode): Splice[] | null {
  const list = argument.parent;
  if (list?.type !== "argument_list" && list?.type !== "tuple") return null;
  const all = list.namedChildren.filter((each) => each.type !== "comment");
  const at = all.findIndex((each) => each.id === argument.id);
  const before = all[at - 1];
  const after = all[at + 1];
  if (before) return [{ start: before.endIndex, end: argument.endIndex, text: "" }];
  return [{ start: argument.startIndex, end: after ? after.startIndex : argument.endIndex, text: "" }];
}

/** A call's arguments in order, comments left out; none for a generator argument. */
export function argumentsOf(call: SyntaxNode): SyntaxNode[] {
  const list = call.childForFieldName("arguments");
  return list?.type === "argument_list" ? list.namedChildren.filter((each) => each.type !== "comment") : [];
}

/** The name that is called: `f` of `f(x)`, `m` of `a.b.m(x)`; "" for anything else. */
export function calledName(call: SyntaxNode): string {
  const callee = call.childForFieldName("function");
  if (callee?.type === "identifier") return callee.text;
  return callee?.type === "attribute" ? (callee.childForFieldName("attribute")?.text ?? "") : "";
}

/** Whether a node of one of these types lies beneath. */
export function holds(node: SyntaxNode, ...types: string[]): boolean {
  return node.descendantsOfType(types).some((each) => each.id !== node.id);
}

/** What a clause or a conditional statement holds. */
export function bodyOf(node: SyntaxNode): SyntaxNode | null {
  const named = node.childForFieldName("consequence") ?? node.childForFieldName("body");
  return named ?? node.namedChildren.findLast(({ type }) => type === "block") ?? null;
}
