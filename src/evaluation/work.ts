import type { Patch } from "../patch/index.ts";
import type { Task, TestGroup, Verdict } from "../protocol/index.ts";
import type { Changes, Tester, TestRun } from "../python/index.ts";
import { type Canaries, makeCanaries } from "./canary.ts";
import type { State } from "./state.ts";

/** What a layer decides: a verdict and why, in one line. */
export interface Ruling {
  verdict: Exclude<Verdict, "resolved" | "unscored">;
  reason: string;
}

/** One check of one patch. It rules, or passes on (null) after adding to the work what later layers need. */
export interface Layer {
  name: string;
  check(work: Work, door: Door): Promise<Ruling | null> | Ruling | null;
}

/** What the layers use of the world. */
export interface Door {
  tester: Pick<Tester, "run" | "script">;
  signal?: AbortSignal;
}

/** One patch on its way through the layers. */
export interface Work {
  readonly task: Task;
  readonly patchText: string;
  /** The release and the base state that it is judged on. */
  readonly state: State;
  patch: Patch;
  /** Changed files of the base state: path to new text, null for deleted. */
  files: Record<string, string | null>;
  /** Everything that differs from the release: the defect with the patch over it. */
  changes: Changes;
  canaries: Canaries;
  run: TestRun | null;
  failToPass: TestGroup;
  passToPass: TestGroup;
}

/** A patch at the beginning of its way. */
export function newWork(patchText: string, task: Task, state: State): Work {
  const none = { success: [], failure: [] };
  return {
    ...{ task, patchText, state, patch: [], files: {}, changes: state.baseChanges },
    canaries: makeCanaries(task.failToPass),
    run: null,
    failToPass: none,
    passToPass: none,
  };
}
