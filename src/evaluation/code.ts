/** One logical line of Python that does something: comments, docstrings and white space are gone. */
export interface CodeLine {
  tokens: string[];
  /** Where it stands: the names of the classes and functions around it, or "" at the top. */
  scope: string;
}

const token =
  /[ \t\f\r]+|\\\r?\n|(?<comment>#[^\n]*)|(?<newline>\n)|(?<string>[A-Za-z]{0,2}(?:"""(?:[^\\]|\\[\s\S])*?(?:"""|$(?![\s\S]))|'''(?:[^\\]|\\[\s\S])*?(?:'''|$(?![\s\S]))|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?))|(?<name>[\p{ID_Start}_][\p{ID_Continue}]*)|(?<number>\.?\d(?:[\w.]|(?<=[eE])[+-])*)|(?<operator>\*\*=?|\/\/=?|<<=?|>>=?|!=|->|:=|\.\.\.|[-+*/%&|^@=<>]=?|[\s\S])/gmuy;

/** Characters that are kept of a name around a line, and how many names: each line below it holds them all. */
const SCOPE = { name: 100, depth: 20 };

/**
 * Python source as lines of tokens, for measuring only: any text gives something, in linear time. A line that is
 * nothing but a string counts as a docstring.
 */
export function codeLines(source: string): CodeLine[] {
  const lines: CodeLine[] = [];
  const scopes: { indent: number; name: string }[] = [];
  let scope = "";
  let tokens: string[] = [];
  let strings = 0;
  let depth = 0;
  let indent = 0;
  const close = () => {
    if (tokens.length > 0 && strings < tokens.length) {
      const before = scopes.length;
      while (scopes.length > 0 && (scopes.at(-1)?.indent ?? 0) >= indent) scopes.pop();
      const named = tokens[0] === "async" ? 1 : 0;
      const opens = tokens[named] === "def" || tokens[named] === "class";
      if (opens) scopes.push({ indent, name: (tokens[named + 1] ?? "").slice(0, SCOPE.name) });
      if (opens || scopes.length !== before)
        scope = scopes
          .slice(0, SCOPE.depth)
          .map(({ name }) => name)
          .join(".");
      lines.push({ tokens, scope });
    }
    tokens = [];
    strings = 0;
  };
  let lineStart = 0;
  for (const match of source.matchAll(token)) {
    const { comment, newline, string, name, number, operator } = match.groups ?? {};
    if (newline !== undefined) {
      if (depth === 0) close();
      lineStart = match.index + 1;
    } else if (comment === undefined && (string ?? name ?? number ?? operator) !== undefined) {
      if (tokens.length === 0) indent = match.index - lineStart;
      if (string !== undefined) strings += 1;
      if (operator && "([{".includes(operator)) depth += 1;
      if (operator && ")]}".includes(operator)) depth = Math.max(0, depth - 1);
      tokens.push(match[0]);
    }
  }
  close();
  return lines;
}
