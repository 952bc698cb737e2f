import {
  enclosingFunction,
  isDocstring,
  parsePython,
  qualifiedName,
  type Splice,
  type Syntax,
  type SyntaxNode,
} from "../../python/index.ts";
import type { Place } from "../place.ts";
import { operators } from "./operators.ts";

/** One mistake that could be made at one place. */
export interface Candidate extends Place {
  operator: string;
  /** The kind of kinds: all that a task tells of where it comes from. */
  family: string;
  /** Qualified name of the function that it is in. */
  functionName: string;
  splices: Splice[];
  /** Tells this candidate from all others of the same tree. */
  key: string;
}

/** Functions in which a mistake is noise: how things look, or are cleared away. */
const quiet =
  /^(?:__repr__|__str__|__hash__|__del__|__sizeof__|__dir__|__reduce__|__reduce_ex__|__getstate__|main)$/;
const logging =
  /^(?:log|logger|logging|_log|_logger|warnings|warn)$|(?:^|\.)(?:debug|info|warning|warn|exception)$/;
const messages = /^(?:msg|message|errmsg|err_msg|error_message|warning)s?$/;
/** Code whose change nobody could call a defect, or that no report could speak of. */
const sealed = new Set([
  "type",
  "decorator",
  "assert_statement",
  "import_statement",
  "import_from_statement",
  "global_statement",
]);

/** Everything that could go wrong in one file, in the order of the operators. `covered` are its executed lines. */
export async function findCandidates(
  path: string,
  source: string,
  covered: ReadonlySet<number>,
): Promise<Candidate[]> {
  using syntax = await parsePython(source);
  if (syntax.root.hasError) return [];
  const found: Candidate[] = [];
  const seen = new Set<string>();
  for (const { name: operator, family, query, edit, shows } of operators) {
    for (const node of syntax.find(query, "it")) {
      const place = placeOf(node, shows?.(node) ?? null, covered);
      if (!place) continue;
      const splices = edit(node);
      if (!splices || splices.length === 0 || changesNothing(splices, syntax)) continue;
      const change = splices.map(({ start, end, text }) => `${start}-${end}:${text}`).join(";");
      if (seen.has(change)) continue;
      seen.add(change);
      found.push({ operator, family, path, ...place, splices, key: `${path}:${change}` });
    }
  }
  return found;
}

/** The function and the lines that matter for a node; null where no mistake should be made. */
function placeOf(
  node: SyntaxNode,
  decisive: SyntaxNode | null,
  covered: ReadonlySet<number>,
): Pick<Candidate, "functionName" | "first" | "last"> | null {
  const owner = enclosingFunction(node);
  if (!owner) return null;
  const name = owner.childForFieldName("name")?.text ?? "";
  if (quiet.test(name)) return null;
  let statement = node;
  let inBody = false;
  for (let at: SyntaxNode | null = node; at && at.id !== owner.id; at = at.parent) {
    if (sealed.has(at.type) || isDocstring(at) || isLogging(at) || isMessage(at)) return null;
    if (at.parent?.type === "block" && !inBody) {
      statement = at;
      inBody = true;
    }
  }
  const body = owner.childForFieldName("body");
  if (!body) return null;
  const [first, last] = decisive
    ? [decisive.startPosition.row + 1, decisive.endPosition.row + 1]
    : inBody
      ? [statement.startPosition.row + 1, lastRow(node, statement) + 1]
      : [body.startPosition.row + 1, body.endPosition.row + 1];
  for (let line = first; line <= last; line += 1)
    if (covered.has(line)) return { functionName: qualifiedName(owner), first, last };
  return null;
}

/** Of a compound statement only the head counts; its body is executed on its own lines. */
function lastRow(node: SyntaxNode, statement: SyntaxNode): number {
  const whole = node.id === statement.id && node.childForFieldName("consequence");
  return whole ? node.startPosition.row : node.endPosition.row;
}

function isLogging(node: SyntaxNode): boolean {
  return node.type === "call" && logging.test(node.childForFieldName("function")?.text ?? "");
}

/** The words of an error: nobody reports a wrong message, and tests seldom look. */
function isMessage(node: SyntaxNode): boolean {
  if (/assignment$/.test(node.type)) return messages.test(node.childForFieldName("left")?.text ?? "");
  return node.type === "argument_list" && node.parent?.parent?.type === "raise_statement";
}

function changesNothing(splices: readonly Splice[], { source }: Syntax): boolean {
  return splices.every(({ start, end, text }) => source.slice(start, end) === text);
}
