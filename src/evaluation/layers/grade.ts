import type { Layer, Work } from "../work.ts";

/** Every FAIL_TO_PASS test passes or fails as it is marked to; of PASS_TO_PASS ones some may be skipped. */
export const grade: Layer = {
  name: "grade",
  check(work) {
    const { failToPass, passToPass } = work;
    if (failToPass.failure.length > 0)
      return {
        verdict: "unresolved",
        reason: `${told("FAIL_TO_PASS", failToPass.failure)}: ${why(work, failToPass.failure)}`,
      };
    if (passToPass.failure.length > 0)
      return {
        verdict: "unresolved",
        reason: `${told("PASS_TO_PASS", passToPass.failure)}: ${why(work, passToPass.failure)}`,
      };
    return null;
  },
};

const told = (group: string, ids: readonly string[]) =>
  `${ids.length} of ${group} did not pass, as ${ids[0]}`;

function why({ run }: Work, [id = ""]: readonly string[]): string {
  return run?.failures[id] ?? run?.outcomes[id] ?? "it did not run";
}
