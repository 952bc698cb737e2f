import { field, isStatement, type Node, named } from "../node.ts";
import { type FunctionFacts, type Ingredients, isDocstring, type SourceFile } from "../source.ts";

/** Replace the text from `start` to `end` (UTF-16 offsets in the file). */
export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** One way to change the code; `weight` multiplies the template's prior (1 when absent). */
export interface Proposal {
  splices: Splice[];
  weight?: number;
}

/** What is known of the failure, for templates that look at it. */
export interface Failure {
  /** Exception types that the checks ended with. */
  types: ReadonlySet<string>;
  /** Names that an error message calls undefined or missing. */
  missing: ReadonlySet<string>;
  /** Exception types that the statement speaks of. */
  mentioned: ReadonlySet<string>;
  /** Plain values that should have come, as Python writes them. */
  expected: ReadonlySet<string>;
}

/** Where a template works. */
export interface Site {
  file: SourceFile;
  /** The outermost function around the node; null at a module's or class's own level. */
  owner: FunctionFacts | null;
  failure: Failure;
  /** What the other files that the failure went through could lend. */
  others: Pick<Ingredients, "simple" | "guards">;
}

/**
 * A repair operator: for nodes of the types `at` it proposes edits. `prior` is how likely such an edit is right,
 * compared with the others (1 = the most likely). The example is tried by the tests.
 */
export interface Template {
  name: string;
  prior: number;
  at: readonly string[];
  edits(node: Node, site: Site): Iterable<Proposal>;
  example: readonly [before: string, after: string];
}

export const swap = (node: Pick<Node, "start" | "end">, text: string, weight?: number): Proposal => ({
  splices: [{ start: node.start, end: node.end, text }],
  ...(weight === undefined ? {} : { weight }),
});

/** Exchange the texts of two nodes. */
export const exchange = (a: Node, b: Node, { file }: Site, weight?: number): Proposal => ({
  splices: [
    { start: a.start, end: a.end, text: file.of(b) },
    { start: b.start, end: b.end, text: file.of(a) },
  ],
  ...(weight === undefined ? {} : { weight }),
});

/** White space before the first token of the node's line. */
export function indentOf(node: Node, { file }: Site): string {
  const lineStart = file.text.lastIndexOf("\n", node.start - 1) + 1;
  return /^[ \t]*/.exec(file.text.slice(lineStart, node.start))?.[0] ?? "";
}

/** One level of indentation, as this file writes it. */
export function stepOf({ file }: Site): string {
  return habitsOf(file).step;
}

const endOfLine = ({ file }: Site) => habitsOf(file).endOfLine;

const habits = new WeakMap<SourceFile, { step: string; endOfLine: string }>();

function habitsOf(file: SourceFile): { step: string; endOfLine: string } {
  const known = habits.get(file);
  if (known) return known;
  const found = {
    step: /\n( {2,8}|\t)\S/.exec(file.text)?.[1] ?? "    ",
    endOfLine: file.text.includes("\r\n") ? "\r\n" : "\n",
  };
  habits.set(file, found);
  return found;
}

/** Move a statement's lines to another depth: its first line has no indentation, the others keep theirs relatively. */
export function reindent(text: string, from: string, to: string): string {
  return text
    .split("\n")
    .map((line, at) => (at > 0 && line.startsWith(from) ? to + line.slice(from.length) : line))
    .join("\n");
}

/** Put a statement on lines of its own before another statement. */
export function insertBefore(statement: Node, text: string, site: Site, weight?: number): Proposal {
  const indent = indentOf(statement, site);
  const lines = text.split("\n").join(endOfLine(site) + indent);
  return swap({ start: statement.start, end: statement.start }, lines + endOfLine(site) + indent, weight);
}

/** Put a statement on lines of its own behind another statement. */
export function insertAfter(statement: Node, text: string, site: Site, weight?: number): Proposal {
  const indent = indentOf(statement, site);
  const lines = text.split("\n").join(endOfLine(site) + indent);
  return swap({ start: statement.end, end: statement.end }, endOfLine(site) + indent + lines, weight);
}

/** Take a statement out; `pass` stands in where it was the only one. */
export function removal(statement: Node, site: Site, weight?: number): Proposal {
  const siblings = statement.parent ? named(statement.parent) : [];
  if (siblings.length <= 1) return swap(statement, "pass", weight);
  const { text } = site.file;
  const start = text.lastIndexOf("\n", statement.start - 1) + 1;
  const next = text.indexOf("\n", statement.end);
  const whole = text.slice(start, statement.start).trim() === "";
  if (!whole || next < 0 || text.slice(statement.end, next).trim() !== "")
    return swap(statement, "pass", weight);
  return swap({ start, end: next + 1 }, "", weight);
}

/** A token among a node's children, by its text's type (`not`, `and`, `<`). */
export function token(node: Node, ...types: string[]): Node | undefined {
  return node.children.find((child) => types.includes(child.type));
}

/** The two sides and the operator of a binary expression, where it has that form. */
export function sides(node: Node): { left: Node; operator: Node; right: Node } | undefined {
  const left = field(node, "left");
  const operator = field(node, "operator");
  const right = field(node, "right");
  return left && operator && right ? { left, operator, right } : undefined;
}

/** Parentheses around what would otherwise be torn apart by its new neighbours. */
export function guarded(node: Node, { file }: Site): string {
  const text = file.of(node);
  return /^(identifier|attribute|call|subscript|integer|float|string|list|tuple|dictionary|set|true|false|none|parenthesized_expression|list_comprehension)$/.test(
    node.type,
  )
    ? text
    : `(${text})`;
}

/** The arguments of a call; none where it is given a bare generator. */
export function argumentsOf(node: Node): Node[] {
  const list = field(node, "arguments");
  return list?.type === "argument_list" ? named(list) : [];
}

/** The last name of what is called: `sort` of `a.b.sort(...)`. */
export function calleeName(node: Node, { file }: Site): string {
  return file.of(field(node, "function") ?? node).replace(/^.*\./s, "");
}

/** Types of statements without a block of their own. */
export const simpleTypes = [
  "expression_statement",
  "return_statement",
  "raise_statement",
  "assert_statement",
  "delete_statement",
  "pass_statement",
  "break_statement",
  "continue_statement",
];

/** The statements of the same block. */
export const siblingsOf = (node: Node) => (node.parent ? named(node.parent).filter(isStatement) : []);

/** Types of statements before which something may be missing. */
export const statementTypes = [
  "expression_statement",
  "return_statement",
  "if_statement",
  "for_statement",
  "while_statement",
  "with_statement",
  "try_statement",
  "raise_statement",
];

/** The first statement of a function's body behind its docstring; undefined for other blocks. */
export function firstStatement(block: Node): Node | undefined {
  if (block.parent?.type !== "function_definition") return undefined;
  return named(block)
    .filter(isStatement)
    .find((each) => !isDocstring(each));
}
