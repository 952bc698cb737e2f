import { createRequire } from "node:module";
import type { Cursor } from "./node.ts";

let parser:
  | Promise<{ parse(text: string): { walk(): Cursor & { delete(): void }; delete(): void } | null }>
  | undefined;

/** Parse Python and hand over a cursor at its root; everything is freed afterwards. */
export async function withTree<T>(text: string, use: (cursor: Cursor) => T): Promise<T> {
  parser ??= (async () => {
    const { Language, Parser } = await import("web-tree-sitter");
    await Parser.init();
    const language = await Language.load(
      createRequire(import.meta.url).resolve("tree-sitter-python/tree-sitter-python.wasm"),
    );
    return new Parser().setLanguage(language);
  })();
  const tree = (await parser).parse(text);
  if (!tree) throw new TypeError("the parser gave no tree");
  const cursor = tree.walk();
  try {
    return use(cursor);
  } finally {
    cursor.delete();
    tree.delete();
  }
}
