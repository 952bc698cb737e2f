import { type Node, walk } from "./node.ts";
import type { FunctionFacts, SourceFile } from "./source.ts";
import { templatesAt } from "./templates/table.ts";
import type { Failure, Site, Splice, Template } from "./templates/template.ts";

/** One possible change of one file. */
export interface Candidate {
  file: SourceFile;
  owner: FunctionFacts | null;
  template: string;
  splices: Splice[];
  /** The row (zero-based) that it begins at. */
  row: number;
  prior: number;
}

/** Everything that the templates propose inside a node of a file. */
export function* propose(
  root: Node,
  owner: FunctionFacts | null,
  file: SourceFile,
  failure: Failure,
  others: Site["others"] = { simple: [], guards: [] },
): Generator<Candidate> {
  const site = { file, owner, failure, others };
  for (const node of walk(root)) {
    if (node.type === "string" || node.type === "type") {
      if (node.type === "type" || node.parent?.type === "expression_statement") continue;
    }
    if (inString(node)) continue;
    for (const template of templatesAt(node.type)) yield* make(template, node, site);
  }
}

function* make(template: Template, node: Node, site: Site): Generator<Candidate> {
  for (const { splices, weight = 1 } of template.edits(node, site)) {
    if (splices.every(({ start, end, text }) => site.file.text.slice(start, end) === text)) continue;
    yield {
      file: site.file,
      owner: site.owner,
      template: template.name,
      splices,
      row: node.row,
      prior: template.prior * weight,
    };
  }
}

/** Inside a string's content or an annotation nothing is changed token by token. */
function inString(node: Node): boolean {
  for (let at: Node | null = node.parent; at; at = at.parent) {
    if (at.type === "type") return true;
    if (at.type === "function_definition") return false;
  }
  return false;
}

/** The file's text with the splices made, in whichever order they come; line ends as the file has them. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = text;
  const windows = text.includes("\r\n");
  for (const { start, end, text: put } of [...splices].sort((a, b) => b.start - a.start || b.end - a.end))
    result = result.slice(0, start) + (windows ? put.replace(/\r?\n/g, "\r\n") : put) + result.slice(end);
  return result;
}
