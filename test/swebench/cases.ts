import { PARSER_NAMES } from "../../src/swebench/parsers/registry.ts";
import { type Dice, diceOf } from "./dice.ts";
import { NOISE, name, STYLES } from "./lines.ts";

/** One log to be graded, and by what; `bytes` (base64) where it is no text. */
export interface Case {
  id: string;
  patch: string | null;
  logParser: string;
  evalType: string;
  failToPass: string[];
  passToPass: string[];
  log?: string;
  bytes?: string;
}

/** What swebench says of a case: the bytes of its report, or the name of the exception that it ends with. */
export type Answer = { text: string } | { error: string };

export const bytesOf = ({ log, bytes }: Case) =>
  bytes === undefined ? Buffer.from(log ?? "") : Buffer.from(bytes, "base64");

/** Which lines a parser is written for. */
const STYLES_OF: Record<string, readonly number[]> = {
  parse_log_django: [2, 2, 2, 3, 4, 7],
  parse_log_sympy: [5, 6],
  parse_log_seaborn: [0, 1],
  parse_log_pytest_v2: [0, 0, 1],
};

/** A fuzzed case. The same seed gives the same one. With `long`, some logs have very long lines. */
export function caseOf(seed: number, long = false): Case {
  const dice = diceOf(seed);
  const { pick, chance, below } = dice;
  const logParser = chance(0.01) ? "parse_log_nothing" : pick(PARSER_NAMES);
  const names = Array.from({ length: 1 + below(8) }, () => name(dice));
  const one = {
    id: pick(["a__b-1", "a__b-2", "é__😀-3", '"\\', "7"]),
    patch: chance(0.02) ? null : pick(["diff", ""]),
    logParser,
    evalType: chance(0.8) ? "pass_and_fail" : chance(0.9) ? "fail_only" : "other",
    failToPass: expected(names, dice),
    passToPass: expected(names, dice),
  };
  const log = logOf(names, logParser, dice, long).toWellFormed(); // as UTF-8 will have it
  if (!chance(0.02)) return { ...one, log };
  const bytes = Buffer.from(log);
  for (let times = 1 + below(3); times > 0 && bytes.length > 0; times -= 1)
    bytes[below(bytes.length)] = below(256);
  return { ...one, bytes: bytes.toString("base64") };
}

/** Mostly tests of the log as most parsers name them, with a share of others, prefixes and cut-off ids. */
function expected(names: readonly string[], dice: Dice): string[] {
  const { pick, chance, below } = dice;
  return Array.from({ length: below(4) }, () => {
    const id = chance(0.06) ? name(dice) : pick(names);
    if (chance(0.1)) return id.slice(0, 1 + below(id.length));
    if (chance(0.05)) return `${id}${pick([" ", "x", "[", "[a"])}`;
    return chance(0.35) ? (id.split(/\s/)[0] ?? id) : id;
  });
}

const START = ">>>>> Start Test Output";
const END = ">>>>> End Test Output";
const VOIDS = [
  ">>>>> Patch Apply Failed",
  ">>>>> Reset Failed",
  ">>>>> Tests Errored",
  ">>>>> Tests Timed Out",
  ">>>>> Tests Timed  Out",
  ">>>>> Some Tests Failed",
];
const NEWLINES = ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e", "\n\n"];

/** Longer ones take swebench's patterns hours: of these they are quadratic. */
const LONG = ["x".repeat(1_000_000), ..."1 _[".split("").map((character) => character.repeat(3000))];

function logOf(names: readonly string[], parser: string, dice: Dice, long: boolean): string {
  const { pick, chance, below } = dice;
  const part = (most: number) => body(names, parser, dice, below(most));
  const start = () => (chance(0.96) ? [`+ : '${START}'`] : chance(0.5) ? [] : [START.slice(1)]);
  const end = () => (chance(0.96) ? [`+ : '${END}'`] : chance(0.5) ? [] : [END.toLowerCase()]);
  const lines = [
    ...(chance(0.3) ? part(4) : [pick(NOISE)]),
    ...(chance(0.04) ? [END] : []),
    ...start(),
    ...(chance(0.9)
      ? [...part(14), ...(chance(0.7) ? names.map((id) => lineOf(id, parser, dice)) : [])]
      : []),
    ...(chance(0.05) ? [pick(VOIDS)] : []),
    ...(chance(0.04) ? [START, ...part(4)] : []),
    ...end(),
    ...(chance(0.05) ? [...part(3), END] : []),
    ...(chance(0.5) ? exitCode(dice) : []),
    ...(chance(0.2) ? part(3) : []),
  ];
  if (long && chance(0.01)) lines.splice(below(lines.length), 0, pick(LONG));
  let log = lines.join("\n");
  if (chance(0.06)) log = log.replaceAll("\n", pick(NEWLINES));
  if (chance(0.1)) log = log.replace(/\n/g, () => (chance(0.2) ? pick(NEWLINES) : "\n"));
  if (chance(0.02)) log = log.slice(0, below(log.length + 1));
  if (chance(0.02)) log = log.replace(/ /g, () => (chance(0.1) ? "\0" : " "));
  return chance(0.01) ? "" : log;
}

function body(names: readonly string[], parser: string, dice: Dice, count: number): string[] {
  return Array.from({ length: count }, () =>
    dice.chance(0.3)
      ? dice.pick(NOISE)
      : lineOf(dice.chance(0.9) ? dice.pick(names) : name(dice), parser, dice),
  );
}

/** A line in the parser's own style; half of the time one that says that the test has passed. */
function lineOf(id: string, parser: string, dice: Dice): string {
  const own = STYLES_OF[parser] ?? [0];
  const at = dice.chance(0.85) ? dice.pick(own) : dice.below(STYLES.length);
  if (dice.chance(0.5)) {
    if (at === 0) return `PASSED ${id}`;
    if (at === 2) return `${id} ... ok`;
    if (at === 6) return `${id} ok`;
  }
  return STYLES[at]!(id, dice);
}

function exitCode({ pick, chance }: Dice): string[] {
  const told = ">>>>> Test Exit Code";
  const code = chance(0.5)
    ? "0"
    : pick([
        "1",
        "2",
        "-1",
        "-0",
        "00",
        "٠",
        "٣",
        "\n\n 1",
        "\u00a01",
        "x",
        "",
        "𝟎",
        "𝟗",
        "1".repeat(4300),
        "0".repeat(4301),
      ]);
  return [...(chance(0.1) ? [`+ echo '${told}: ${pick(["0", "1"])}'`] : []), `${told}: ${code}`];
}
