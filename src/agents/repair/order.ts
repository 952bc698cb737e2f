import type { Clues } from "./investigate.ts";
import type { Suspect } from "./localise.ts";
import { field, type Node, named } from "./node.ts";
import { type Candidate, propose } from "./propose.ts";
import type { Ordered } from "./search.ts";
import type { Ingredient, SourceFile } from "./source.ts";

/** How strongly suspicion, naturalness and the statement's words sway the order. */
export const sway = { suspicion: 0.8, natural: 0.35, word: 1.3, header: 0.35, constants: 0.3 };

type Known = Pick<Clues, "suspects" | "files" | "failure" | "natural" | "words">;

/** All single edits, the likeliest first: suspicion × prior × naturalness. */
export function order(clues: Known): Ordered[] {
  const found: Ordered[] = [];
  const others = new Map(clues.files.map((file) => [file, lent(clues.files, file)]));
  for (const suspect of clues.suspects) {
    const named_ = clues.words.has(suspect.owner.name) ? sway.word : 1;
    for (const candidate of propose(
      suspect.owner.node,
      suspect.owner,
      suspect.file,
      clues.failure,
      others.get(suspect.file),
    ))
      found.push(
        weigh(
          candidate,
          (suspect.rows.get(candidate.row) ?? 0) * headed(candidate, suspect),
          named_,
          clues,
          [],
        ),
      );
  }
  for (const { file, node, score } of constants(clues))
    for (const candidate of propose(node, null, file, clues.failure))
      found.push(weigh(candidate, score, 1, clues, []));
  return sorted(found);
}

/** Second edits in a file that already has a first one: everywhere in the functions that were suspected. */
export function orderOn(first: Ordered, file: SourceFile, clues: Known): Ordered[] {
  const found: Ordered[] = [];
  const owners = new Map(
    clues.suspects.filter((each) => each.file.path === file.path).map((each) => [each.owner.qualified, each]),
  );
  for (const owner of file.functions) {
    const suspect = owners.get(owner.qualified);
    if (!suspect) continue;
    const near = owner.qualified === first.candidate.owner?.qualified ? 1 : 0.5;
    for (const candidate of propose(owner.node, owner, file, clues.failure))
      found.push(weigh(candidate, suspect.score, near, clues, [...first.on, first.candidate]));
  }
  return sorted(found);
}

const sorted = (found: Ordered[]) => found.sort((a, b) => b.priority - a.priority);

function weigh(
  candidate: Candidate,
  suspicion: number,
  factor: number,
  { natural }: Known,
  on: readonly Candidate[],
): Ordered {
  const gain = natural.gain(candidate.file.text, candidate.splices);
  const usual = Math.exp(sway.natural * Math.max(-2, Math.min(2, gain)));
  return { candidate, gain, on, priority: candidate.prior * suspicion ** sway.suspicion * factor * usual };
}

/** What the other files could lend to this one: short pieces of code only. */
function lent(files: readonly SourceFile[], mine: SourceFile) {
  const from = files.filter((file) => file !== mine).slice(0, 6);
  const short = (all: readonly Ingredient[]) => all.filter(({ text }) => text.length < 120).slice(0, 300);
  return {
    simple: short(from.flatMap(({ ingredients }) => ingredients.simple)),
    guards: short(from.flatMap(({ ingredients }) => ingredients.guards)),
  };
}

/** A signature is seldom at fault, and changing it is slow to try. */
function headed({ row }: Candidate, { owner }: Suspect): number {
  const body = field(owner.node, "body");
  return body && row < body.row ? sway.header : 1;
}

/** Assignments at a module's or class's own level whose names a suspected function reads. */
function* constants({ suspects, files }: Known): Generator<{ file: SourceFile; node: Node; score: number }> {
  for (const file of files) {
    const read = new Map<string, number>();
    for (const { owner, score, file: other } of suspects)
      if (other === file)
        for (const name of file.of(owner.node).match(/[A-Za-z_]\w*/g) ?? [])
          read.set(name, Math.max(read.get(name) ?? 0, score));
    const blocks = [
      file.root,
      ...file.root.children.flatMap((each) =>
        each.type === "class_definition" ? [field(each, "body") ?? each] : [],
      ),
    ];
    for (const block of blocks)
      for (const node of named(block)) {
        const assignment = node.type === "expression_statement" ? named(node)[0] : undefined;
        const left = assignment?.type === "assignment" ? field(assignment, "left") : undefined;
        const score = left ? read.get(file.of(left)) : undefined;
        if (score !== undefined && node.end - node.start < 2_000)
          yield { file, node, score: score * sway.constants };
      }
  }
}
