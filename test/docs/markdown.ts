/** Markdown as far as our own pages use it. */

const FENCE = /^(`{3,})(\w*)\n([\s\S]*?)\n\1$/gm;

/** Code in a page: what stands between fences, then what stands between backticks. */
export function codeOf(text: string): string[] {
  const fenced = [...text.matchAll(FENCE)].map(([, , , code = ""]) => code);
  return [...fenced, ...inlineOf(text)];
}

function inlineOf(text: string): string[] {
  return [...text.replace(FENCE, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

/** Targets of links that lead nowhere outside. */
export function linksOf(text: string): string[] {
  const prose = text.replace(FENCE, "").replace(/`[^`\n]+`/g, "code");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/i.test(target));
}

/** A page's headings as the anchors that GitHub gives them. */
export function anchorsOf(text: string): string[] {
  return [...text.replace(FENCE, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/ /g, "-"),
  );
}

/** Paths of a repository in backticks: with a folder of ours in front, or a file beside the page. Braces name several. */
export function pathsIn(text: string): string[] {
  return inlineOf(text)
    .filter((code) => /^(?:src|docs|test|scripts|bench|bin)\/[\w./{},-]*$/.test(code))
    .flatMap((code) => {
      const [, before, names, after] = /^(.*)\{(.*)\}(.*)$/.exec(code) ?? [];
      return names === undefined ? [code] : names.split(",").map((name) => `${before}${name}${after}`);
    });
}

/** Lines that a reader may type and our own program reads: fenced for the shell, or whole in backticks. */
export function shellLinesOf(text: string): string[] {
  const fenced = [...text.matchAll(FENCE)]
    .filter(([, , language]) => language === "sh")
    .flatMap(([, , , code = ""]) => code.split("\n"));
  const typed = [...fenced, ...inlineOf(text)].map((line) => line.trim());
  const ours = typed.filter(
    (line) => /^npx taoception(?: |$)/.test(line) || /^npm (?:-s )?start(?: |$)/.test(line),
  );
  return [...new Set(ours)];
}
