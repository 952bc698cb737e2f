// Writes test/swebench/recorded.jsonl: the hand-made cases and fuzzed ones, these spread evenly over parsers and
// outcomes, with what swebench says of them. Bring swebench first (scripts/parity/swebench.mjs).
//
//   .runtime/node_modules/.bin/node scripts/parity/record.ts [CASES]
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../../src/platform/index.ts";
import type { Report } from "../../src/swebench/index.ts";
import { type Answer, type Case, caseOf } from "../../test/swebench/cases.ts";
import { EDGES } from "../../test/swebench/edges.ts";
import { answersOf } from "../../test/swebench/oracle.ts";

const wanted = Number(process.argv[2] ?? 780);
const DRAWN = 6000;
const MOST_CHARACTERS = 2500;

const cases = Array.from({ length: DRAWN }, (_, at) => caseOf(1_000_000 + at));
const answers = await answersOf(cases);
const groups = Map.groupBy(cases.keys(), (at) => kindOf(cases[at]!, answers[at]!));

const told = await answersOf(EDGES);
const lines = EDGES.map((each, at) => JSON.stringify({ case: each, answer: told[at] }));
for (let turn = 0; lines.length < wanted && turn < DRAWN; turn += 1)
  for (const group of groups.values()) {
    const at = group[turn];
    if (at === undefined || lines.length >= wanted) continue;
    const line = JSON.stringify({ case: cases[at], answer: answers[at] });
    if (line.length <= MOST_CHARACTERS) lines.push(line);
  }
const path = fileURLToPath(new URL("../../test/swebench/recorded.jsonl", import.meta.url));
await writeAtomically(path, `${lines.join("\n")}\n`);
process.stdout.write(`${lines.length} cases of ${groups.size} kinds\n`);

/** What kind of case it is: by its parser and which lists have tests of which kind, or by why it has no verdict. */
function kindOf({ evalType, logParser }: Case, answer: Answer): string {
  if ("error" in answer) return `${logParser} ${answer.error}`;
  const [report] = Object.values(JSON.parse(answer.text)) as Report[];
  if (!report?.tests_status) return `no verdict: ${report?.infra_failure_reason} ${report?.patch_exists}`;
  const { FAIL_TO_PASS, PASS_TO_PASS } = report.tests_status;
  const lists = [FAIL_TO_PASS, PASS_TO_PASS].flatMap(({ success, failure }) => [success, failure]);
  return [logParser, evalType, ...lists.map((tests) => tests.length > 0)].join(" ");
}
