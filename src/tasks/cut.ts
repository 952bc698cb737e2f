import { parsePython, qualifiedName, type Splice, type SyntaxNode, splice } from "../python/index.ts";

/** `Class.method` or `function` of a pytest id; parameters are left out. */
export function functionOf(id: string): string {
  return id
    .replace(/\[[\s\S]*$/, "")
    .split("::")
    .slice(1)
    .join(".");
}

/**
 * Take test functions out of a source. Null where one of them is not defined here (it is inherited or generated),
 * or the rest would be no Python.
 */
export async function cutFunctions(source: string, names: readonly string[]): Promise<string | null> {
  using syntax = await parsePython(source);
  const left = new Set(names);
  const doomed = new Map<number, SyntaxNode>();
  for (const node of syntax.find("(function_definition) @it", "it")) {
    const name = qualifiedName(node);
    if (!names.includes(name)) continue;
    left.delete(name);
    const whole = node.parent?.type === "decorated_definition" ? node.parent : node;
    doomed.set(whole.id, whole);
  }
  if (left.size > 0) return null;
  const blocks = new Set<number>();
  const edits: Splice[] = [];
  for (const node of doomed.values()) {
    const { parent } = node;
    const alone =
      parent?.type === "block" &&
      parent.namedChildren.every((each) => each.type === "comment" || doomed.has(each.id)) &&
      !blocks.has(parent.id);
    if (alone) blocks.add(parent.id);
    const start = source.lastIndexOf("\n", node.startIndex - 1) + 1;
    const newline = source.indexOf("\n", node.endIndex);
    if (source.slice(start, node.startIndex).trim() !== "") return null;
    if (alone) edits.push({ start: node.startIndex, end: node.endIndex, text: "pass" });
    else edits.push({ start, end: newline < 0 ? source.length : newline + 1, text: "" });
  }
  const cut = splice(source, edits);
  using rest = await parsePython(cut);
  return rest.root.hasError ? null : cut;
}
