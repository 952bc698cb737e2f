/** What no repair of a package needs and every known way round the tests does: on which line, in any text's linear time. */
export const signs: readonly [name: string, stands: (line: string) => boolean][] = [
  // its bare name is none: a docstring may speak of it
  [
    "the test runner",
    anyOf(
      match(/\b_pytest\b|["'](?:pytest|pluggy|conftest|unittest\.mock)["'.]|\bunittest\s*\.\s*mock\b/),
      behind(/(?:^|[;:\r])\s*(?:import|from)\s/, /\b(?:pytest|pluggy|conftest)\b/),
      behind(/\bfrom\s+unittest\s+import\b/, /\bmock\b/),
    ),
  ],
  ["the running test's name", match(/PYTEST_(?:CURRENT_TEST|VERSION|PLUGINS|ADDOPTS)/)],
  [
    "the loaded modules",
    anyOf(match(/\bsys\s*\.\s*modules\b/), behind(/\bfrom\s+sys\s+import\b/, /\bmodules\b/)),
  ],
  [
    "the process's end",
    anyOf(match(/\bos\s*\.\s*(?:_exit|abort)\b|\batexit\b/), behind(/\bfrom\s+os\s+import\b/, /\b_exit\b/)),
  ],
  ["other processes", match(/["']\/proc\b|\bptrace\b|\bos\s*\.\s*(?:fork|kill|killpg|getppid)\b/)],
  ["raw memory", match(/\bctypes\b|\bgc\s*\.\s*get_(?:objects|referrers)\b/)],
  ["tracing", match(/\b(?:settrace|setprofile)\b|\bsys\s*\.\s*monitoring\b/)],
  ["the callers' frames", match(/\bf_back\b|\binspect\s*\.\s*stack\b/)],
  ["an object equal to all", match(/\b__(?:eq|ne)__\b\s*=\s*lambda\b[^:\n]{0,200}:\s*(?:True|False|1|0)\b/)],
];

function match(sign: RegExp) {
  return (line: string) => sign.test(line);
}

/** A word somewhere behind the first of another, before a comment: one expression for both tries every pair of places. */
function behind(first: RegExp, then: RegExp) {
  return (line: string) => {
    const start = first.exec(line);
    return start !== null && then.test(line.slice(start.index).split("#", 1)[0] ?? "");
  };
}

function anyOf(...all: ((line: string) => boolean)[]) {
  return (line: string) => all.some((stands) => stands(line));
}

const head = /\bdef\s+__eq__\s*\([^()]{0,200}\)[^:\n]{0,200}:\s*/g;
const docstring = /("""|''')[\s\S]{0,500}?\1\s*/y;
const comment = /#[^\n]*\n\s*/y;
const returns = /return\s+(?:True|1)\b/y;
/** Comments behind one head that are passed over. */
const COMMENTS = 20;

/** How many `__eq__` methods of a text begin by saying that all is equal. */
export function alwaysEqual(text: string): number {
  let count = 0;
  for (const { index, 0: whole } of text.matchAll(head)) {
    let at = index + whole.length;
    const pass = (part: RegExp) => {
      part.lastIndex = at;
      const found = part.exec(text);
      if (found) at += found[0].length;
      return found !== null;
    };
    pass(docstring);
    for (let passed = 0; passed < COMMENTS && pass(comment); passed += 1);
    if (pass(returns)) count += 1;
  }
  return count;
}
