import { z } from "zod";
import { TaoceptionError } from "../platform/index.ts";
import { badFile, type Raw } from "./rawRows.ts";
import { reverseDiff } from "./reverse.ts";
import { smithScript } from "./smith.ts";
import { isFolderName } from "./tree.ts";

/** A task that is judged by its tests, whoever's row it was. */
export interface Row {
  kind: "swebench" | "swesmith" | "harbor";
  id: string;
  repo: string;
  version: string;
  baseCommit: string | null;
  /** The OCI image that it runs in; null where it needs none. */
  image: string | null;
  statement: string;
  /** The diff that solves it; null where the row has none. Of SWE-smith's row, whose `patch` plants the defect, the reverse. */
  gold: string | null;
  /** Of SWE-smith's row: the diff that plants the defect in its image's code. */
  defect: string | null;
  testPatch: string | null;
  failToPass: string[];
  passToPass: string[];
  /** A name of swebench's registry; null where the row names none. */
  logParser: string | null;
  evalType: string;
  /** The Bash text that runs its tests, as the row has it. */
  evalScript: string | null;
  /** The folder of a Harbor task's tests, which go to /tests beside its script; null where there is none. */
  testsFolder: string | null;
  /** Column `task` of rows that this project wrote: everything its own harness needs, as JSON. */
  task: string | null;
}

/** A row that cannot be used; the others of its dataset can. */
export interface BadRow {
  kind: "bad";
  id: string;
  error: TaoceptionError;
}

const text = z.string().max(50_000_000);
const maybe = text.nullish();
const TestList = z.array(z.string().max(1_000_000)).max(1_000_000);

/** A list of test ids, or the same as JSON in a string. */
const Tests = z.union([z.string().max(500_000_000).transform(fromJson).pipe(TestList), TestList], {
  error: "is neither a list of strings nor one as JSON in a string",
});

function fromJson(json: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(json);
  } catch {
    context.addIssue({ code: "custom", message: "is not JSON" });
    return z.NEVER;
  }
}

const Columns = z.object({
  instance_id: z.string().min(1).refine(isFolderName, "cannot name a folder"),
  repo: maybe,
  version: maybe,
  base_commit: maybe,
  image: maybe,
  image_name: maybe,
  problem_statement: maybe,
  patch: maybe,
  test_patch: maybe,
  FAIL_TO_PASS: Tests,
  PASS_TO_PASS: Tests,
  log_parser: maybe,
  eval_type: maybe,
  eval_script: maybe,
  task: maybe,
});

/** The columns that are read, by name. */
export const COLUMNS: readonly string[] = Object.keys(Columns.shape);

const Identified = z.object({ instance_id: z.string().min(1).max(1000) });

/**
 * What an outside row means: a row of SWE-bench 5 (or an older one, which names no parser, script or image) or
 * of SWE-smith. Throws `bad-file` where it does not even tell its id, since then nothing can be said of it.
 */
export function rowOf({ where, value }: Raw): Row | BadRow {
  const identified = Identified.safeParse(value);
  if (!identified.success)
    throw badFile(where, "has no instance_id", "each row is an object with SWE-bench's columns");
  const id = identified.data.instance_id;
  const parsed = Columns.safeParse(value);
  if (!parsed.success) return bad(id, where, problemsOf(parsed.error));
  const { data } = parsed;
  const isSmith = data.repo?.startsWith("swesmith/") || /(^|\/)swesmith\./.test(data.image_name ?? "");
  const patch = data.patch || null;
  const gold = isSmith && patch !== null ? reverseDiff(patch) : patch;
  if (gold === undefined) return bad(id, where, "patch is no unified diff, so it cannot be turned round");
  return {
    kind: isSmith ? "swesmith" : "swebench",
    id,
    repo: data.repo ?? "",
    version: data.version ?? "",
    baseCommit: data.base_commit ?? null,
    image: (data.image ?? data.image_name) || null,
    statement: data.problem_statement ?? "",
    gold,
    defect: isSmith ? patch : null,
    testPatch: data.test_patch ?? null,
    failToPass: data.FAIL_TO_PASS,
    passToPass: data.PASS_TO_PASS,
    logParser: data.log_parser || (isSmith ? "parse_log_pytest" : null),
    evalType: data.eval_type || "pass_and_fail",
    evalScript:
      data.eval_script || (isSmith ? smithScript([...data.FAIL_TO_PASS, ...data.PASS_TO_PASS]) : null),
    testsFolder: null,
    task: data.task || null,
  };
}

function bad(id: string, where: string, wrong: string): BadRow {
  const mend = "correct that row; the others are not touched by it";
  return { kind: "bad", id, error: new TaoceptionError("bad-row", `${where} (${id}): ${wrong}`, { mend }) };
}

/** Every column that is wrong, once. */
function problemsOf({ issues }: z.ZodError): string {
  const columns = new Map(issues.map(({ path, message }) => [String(path[0] ?? "row"), message]));
  return [...columns].map(([column, message]) => `${column} ${message}`).join("; ");
}
