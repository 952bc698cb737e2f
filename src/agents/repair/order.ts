import { bestFirst, type Group } from "./best.ts";
import type { Clues } from "./investigate.ts";
import type { Suspect } from "./localise.ts";
import { field, type Node, named } from "./node.ts";
import { type Candidate, propose } from "./propose.ts";
import type { Ordered } from "./search.ts";
import type { Ingredient, SourceFile } from "./source.ts";

/** How strongly suspicion, naturalness and the statement's words sway the order. */
const sway = { suspicion: 0.8, natural: 0.35, word: 1.3, header: 0.35, unsaid: 1.5, constants: 0.3 };

type Known = Pick<Clues, "suspects" | "files" | "failure" | "natural" | "words">;

/** All single edits, the likeliest first: suspicion × prior × naturalness. */
export function order(clues: Known): Iterable<Ordered> {
  const groups: Group<Ordered>[] = [];
  const others = new Map(clues.files.map((file) => [file, lent(clues.files, file)]));
  for (const suspect of clues.suspects) {
    const { owner, file, rows } = suspect;
    const factor = clues.words.has(owner.name) ? sway.word : 1;
    groups.push({
      bound: factor * Math.max(...rows.values()) ** sway.suspicion * most,
      *items() {
        for (const candidate of propose(owner.node, owner, file, clues.failure, others.get(file))) {
          const suspicion = (rows.get(candidate.row) ?? 0) * headed(candidate, suspect, clues.words);
          yield unweighed(candidate, suspicion, factor, []);
        }
      },
    });
  }
  for (const { file, node, score } of constants(clues))
    groups.push({
      bound: score ** sway.suspicion * most,
      *items() {
        for (const candidate of propose(node, null, file, clues.failure))
          yield unweighed(candidate, score, 1, []);
      },
    });
  return sorted(groups, clues);
}

/** Second edits in a file that already has a first one: everywhere in the functions that were suspected. */
export function orderOn(first: Ordered, file: SourceFile, clues: Known): Iterable<Ordered> {
  const groups: Group<Ordered>[] = [];
  const owners = new Map(
    clues.suspects.filter((each) => each.file.path === file.path).map((each) => [each.owner.qualified, each]),
  );
  for (const owner of file.functions) {
    const suspect = owners.get(owner.qualified);
    if (!suspect) continue;
    const near = owner.qualified === first.candidate.owner?.qualified ? 1 : 0.5;
    groups.push({
      bound: near * suspect.score ** sway.suspicion * most,
      *items() {
        for (const candidate of propose(owner.node, owner, file, clues.failure))
          yield unweighed(candidate, suspect.score, near, [...first.on, first.candidate]);
      },
    });
  }
  return sorted(groups, clues);
}

const mostGain = 2;
const usual = (gain: number) => Math.exp(sway.natural * Math.max(-mostGain, Math.min(mostGain, gain)));
/** What a candidate's prior and naturalness come to at most. */
const most = 1.2 * usual(mostGain);

/** Naturalness is dear to tell, so it is told only of those that may come next. */
function sorted(groups: readonly Group<Ordered>[], { natural }: Known): Iterable<Ordered> {
  return bestFirst(
    groups,
    ({ priority }) => priority * usual(mostGain),
    (each) => {
      each.gain = natural.gain(each.candidate.file.text, each.candidate.splices);
      each.priority *= usual(each.gain);
      return each.priority;
    },
  );
}

function unweighed(
  candidate: Candidate,
  suspicion: number,
  factor: number,
  on: readonly Candidate[],
): Ordered {
  return { candidate, gain: 0, on, priority: candidate.prior * suspicion ** sway.suspicion * factor };
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

/**
 * A signature is seldom at fault, and changing it is slow to try. A default that every call in the statement leaves
 * as it is may well be: a fault elsewhere in the function would show with other values too.
 */
function headed({ row, splices }: Candidate, { owner, file }: Suspect, words: ReadonlySet<string>): number {
  const body = field(owner.node, "body");
  if (!body || row >= body.row) return 1;
  const start = Math.min(...splices.map((each) => each.start));
  const changed = named(field(owner.node, "parameters") ?? owner.node).find(
    (each) => field(each, "value") && each.start <= start && start < each.end,
  );
  const name = changed ? field(changed, "name") : undefined;
  return name && !words.has(file.of(name)) ? sway.unsaid : sway.header;
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
