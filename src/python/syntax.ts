import { fileURLToPath } from "node:url";
import type { Language, Node, Parser, Query } from "web-tree-sitter";
import { TaoceptionError } from "../platform/index.ts";

/** A node of Python's grammar. Its indexes are UTF-16 units, so `source.slice(start, end)` is its text. */
export type SyntaxNode = Node;

/** One replacement of `source[start, end)`; UTF-16 indexes. */
export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** A parsed source. It holds memory outside of JavaScript: `using syntax = await parsePython(text)` frees it. */
export interface Syntax {
  readonly source: string;
  readonly root: SyntaxNode;
  /** Nodes that a tree-sitter query captures under a name, in the order of the source. */
  find(query: string, capture: string): SyntaxNode[];
  [Symbol.dispose](): void;
}

/** A function or method with the names around it. Lines are 1-based; `end` is the last one. */
export interface FunctionLines {
  /** Names of the classes and functions around it and its own, joined by dots. */
  name: string;
  start: number;
  end: number;
}

interface Grammar {
  parser: Parser;
  language: Language;
  Query: typeof Query;
}

let grammar: Promise<Grammar> | undefined;
const queries = new Map<string, Query>();

async function load(): Promise<Grammar> {
  const { Language, Parser, Query } = await import("web-tree-sitter");
  await Parser.init();
  const wasm = fileURLToPath(import.meta.resolve("tree-sitter-python/tree-sitter-python.wasm"));
  const language = await Language.load(wasm);
  const parser = new Parser();
  parser.setLanguage(language);
  return { parser, language, Query };
}

/** Parse any text; what is no Python gives a tree with errors (`root.hasError`), never an exception. */
export async function parsePython(source: string): Promise<Syntax> {
  grammar ??= load();
  const { parser, language, Query } = await grammar;
  const tree = parser.parse(source);
  if (!tree) throw new TaoceptionError("no-parse", "the Python grammar gave no tree");
  return {
    source,
    root: tree.rootNode,
    find(text, capture) {
      const query = queries.get(text) ?? new Query(language, text);
      queries.set(text, query);
      const found = query.captures(tree.rootNode).filter(({ name }) => name === capture);
      return found.map(({ node }) => node);
    },
    [Symbol.dispose]: () => tree.delete(),
  };
}

/** Apply replacements that do not overlap, in any order. Insertions at one place keep their order. */
export function splice(source: string, edits: readonly Splice[]): string {
  let text = "";
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at || edit.end < edit.start || edit.end > source.length)
      throw new RangeError(`splice: ${edit.start}..${edit.end} overlaps or lies outside`);
    text += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + source.slice(at);
}

/** The innermost function that holds a node (not the node itself), or null. */
export function enclosingFunction(node: SyntaxNode): SyntaxNode | null {
  for (let at = node.parent; at; at = at.parent) if (at.type === "function_definition") return at;
  return null;
}

/** Names of a function or class and of everything around it, joined by dots. */
export function qualifiedName(definition: SyntaxNode): string {
  const names: string[] = [];
  for (let at: SyntaxNode | null = definition; at; at = at.parent)
    if (at.type === "function_definition" || at.type === "class_definition")
      names.unshift(at.childForFieldName("name")?.text ?? "");
  return names.join(".");
}

/** Every function and method of a source, outer ones first. */
export function functionsOf(syntax: Syntax): FunctionLines[] {
  return syntax.find("(function_definition) @function", "function").map((node) => ({
    name: qualifiedName(node),
    start: node.startPosition.row + 1,
    end: node.endPosition.row + 1,
  }));
}

/** A bare string as a statement: a docstring, or a comment in disguise. */
export function isDocstring(node: SyntaxNode): boolean {
  const { parent } = node;
  return (
    (node.type === "string" || node.type === "concatenated_string") &&
    parent?.type === "expression_statement" &&
    parent.namedChildCount === 1
  );
}

/**
 * The lines of a source that do something, each as its tokens joined by single blanks: comments, docstrings and
 * white space are gone, a string is one token. A token belongs to the line on which it starts (1-based).
 */
export function codeLines(syntax: Syntax): { line: number; text: string }[] {
  const lines = new Map<number, string[]>();
  const visit = (node: SyntaxNode) => {
    if (node.type === "comment" || isDocstring(node)) return;
    if (node.childCount > 0 && node.type !== "string") {
      for (const child of node.children) visit(child);
      return;
    }
    const text = syntax.source.slice(node.startIndex, node.endIndex).trim();
    if (text === "" || node.type === "line_continuation") return;
    const row = node.startPosition.row + 1;
    const tokens = lines.get(row);
    if (tokens) tokens.push(text);
    else lines.set(row, [text]);
  };
  visit(syntax.root);
  return [...lines].sort(([a], [b]) => a - b).map(([line, tokens]) => ({ line, text: tokens.join(" ") }));
}
