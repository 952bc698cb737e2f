import { TreePath } from "../protocol/index.ts";

/** A file name as a `---`, `+++` or `diff --git` header holds it: quoted like a C string, or plain up to a tab. */
export function readName(text: string): string | null {
  if (!text.startsWith('"')) return (text.split("\t")[0] ?? "").trimEnd();
  const name = /^"((?:[^"\\]|\\.)*)"/.exec(text);
  const rest = text.slice(name?.[0].length).split("\t", 1)[0] ?? "";
  return name?.[1] === undefined || rest.trim() !== "" ? null : unquote(name[1]);
}

/** How a name is written into a header: quoted where it holds a quote, closed by a tab where it holds a space. */
export function writeName(path: string, end = ""): string {
  if (path.includes('"')) return `"${path.replaceAll('"', '\\"')}"`;
  return path.includes(" ") ? path + end : path;
}

/** Folders in folders: each is made for every fork, and a patch's few files could otherwise fill its disk with them. */
const DEEPEST = 64;

/** Why a name is no plain relative path that any file system can hold, or null when it is one. */
export function badPath(path: string): string | null {
  const plain =
    TreePath.safeParse(path).success &&
    path.isWellFormed() &&
    path.split("/").length <= DEEPEST &&
    path.split("/").every((part) => part !== "__proto__" && new TextEncoder().encode(part).length <= 200);
  return plain ? null : `${JSON.stringify(path.slice(0, 200))} is not a path inside the tree`;
}

const escapes: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, "\\": 92 };

/** Undo C quoting; the octal escapes are bytes of UTF-8. */
function unquote(quoted: string): string | null {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let at = 0; at < quoted.length; ) {
    if (quoted[at] !== "\\") {
      const character = String.fromCodePoint(quoted.codePointAt(at) ?? 0xfffd);
      bytes.push(...encoder.encode(character));
      at += character.length;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(quoted.slice(at + 1, at + 4))?.[0];
    const plain = escapes[quoted[at + 1] ?? ""];
    if (octal === undefined && plain === undefined) return null;
    bytes.push(octal === undefined ? (plain ?? 0) : Number.parseInt(octal, 8));
    at += octal === undefined ? 2 : 4;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes));
  } catch {
    return null;
  }
}
