/** A syntax tree as plain data: cheap to walk often, and free of the parser's memory. Offsets are UTF-16. */
export interface Node {
  type: string;
  named: boolean;
  field: string | null;
  start: number;
  end: number;
  /** Zero-based first and last row. */
  row: number;
  endRow: number;
  parent: Node | null;
  children: Node[];
}

/** What copying needs of a parser's cursor. */
export interface Cursor {
  nodeType: string;
  nodeIsNamed: boolean;
  currentFieldName: string | null;
  startIndex: number;
  endIndex: number;
  startPosition: { row: number };
  endPosition: { row: number };
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoParent(): boolean;
}

/** Copy the tree under a cursor. */
export function copyTree(cursor: Cursor): Node {
  const take = (parent: Node | null): Node => ({
    type: cursor.nodeType,
    named: cursor.nodeIsNamed,
    field: cursor.currentFieldName ?? null,
    start: cursor.startIndex,
    end: cursor.endIndex,
    row: cursor.startPosition.row,
    endRow: cursor.endPosition.row,
    parent,
    children: [],
  });
  const root = take(null);
  let at = root;
  let down = true;
  for (;;) {
    if (down && cursor.gotoFirstChild()) {
      const next = take(at);
      at.children.push(next);
      at = next;
    } else if (cursor.gotoNextSibling()) {
      const parent = at.parent as Node;
      at = take(parent);
      parent.children.push(at);
      down = true;
    } else if (cursor.gotoParent()) {
      at = at.parent as Node;
      down = false;
    } else {
      return root;
    }
  }
}

export function field(node: Node, name: string): Node | undefined {
  return node.children.find((child) => child.field === name);
}

export function named(node: Node): Node[] {
  return node.children.filter((child) => child.named && child.type !== "comment");
}

/** The node and everything under it, parents first. */
export function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) yield* walk(child);
}

export function ancestor(node: Node, types: readonly string[]): Node | undefined {
  let at = node.parent;
  while (at && !types.includes(at.type)) at = at.parent;
  return at ?? undefined;
}

const simple = new Set([
  ...["expression_statement", "return_statement", "raise_statement", "assert_statement", "delete_statement"],
  ...["pass_statement", "break_statement", "continue_statement", "global_statement", "nonlocal_statement"],
  ...["import_statement", "import_from_statement"],
]);
const compound = new Set([
  ...["if_statement", "for_statement", "while_statement", "try_statement", "with_statement"],
  ...["function_definition", "class_definition", "decorated_definition", "match_statement"],
]);

export const isSimple = (node: Node) => simple.has(node.type);
export const isStatement = (node: Node) => simple.has(node.type) || compound.has(node.type);
