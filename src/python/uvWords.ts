import { nameOf } from "./requirements.ts";

/** Distributions of which uv says that the index has none or no wheel, and those that depend on them. */
export function unavailable(log: string): Set<string> {
  const text = log.replace(/\s*[│╰├─▶]+\s*/g, " ").replace(/\s+/g, " ");
  const names = new Set(
    [
      /\b([\w.-]+)(?:\[[^\]]*\])?(?:[=<>!~]\S*)? (?:was|were) not found/g,
      /\bno versions? of ([\w.-]+)/g,
      /\b([\w.-]+)(?:\[[^\]]*\])?(?:[=<>!~]\S*)? ha(?:s|ve) no (?:usable )?(?:wheels|versions|matching)/g,
    ].flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = ""]) => nameOf(name))),
  );
  const depends = /\b([\w.-]+)(?:\[[^\]]*\])?(?:[=<>!~]\S*)? depends? on ([\w.-]+)/g;
  for (let size = -1; size !== names.size; ) {
    size = names.size;
    for (const [, from = "", on = ""] of text.matchAll(depends))
      if (names.has(nameOf(on))) names.add(nameOf(from));
  }
  names.delete("pytest");
  return names;
}

/** The sentence of uv's explanation that says why, in one line. */
export function reasonOf(stderr: string): string {
  const text = stderr.replace(/\s*[│╰├─▶]+\s*/g, " ").replace(/\s+/g, " ");
  const because = /(?:Because|error:|×)\s*(.*?)(?:hint:|$)/i.exec(text)?.[0] ?? text;
  return because.trim().slice(0, 300);
}
