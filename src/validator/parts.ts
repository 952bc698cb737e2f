/** A line for the record about something that this validator does not do. */
export interface Off {
  level: "info" | "warn";
  text: string;
}

/**
 * What is off in a run, and by what it would be on: each disables its own part and nothing else. On a local subnet a
 * missing key is nothing to warn of.
 */
export function partsThatAreOff(of: {
  local: boolean;
  /** Why no model judges; null where one does. */
  judge: string | null;
  mayOpenPullRequests: boolean;
  setsWeights: boolean;
  /** Whether answers over the wire earn anything. */
  earns: boolean;
  offline: boolean;
}): Off[] {
  const level = of.local ? "info" : "warn";
  const warn = (text: string): Off => ({ level: "warn", text });
  return [
    ...(of.judge === null ? [] : [{ level, text: `no judge: ${of.judge}` } satisfies Off]),
    ...(of.local || of.mayOpenPullRequests ? [] : [warn("no pull requests: GITHUB_TOKEN is not set")]),
    ...(of.setsWeights ? [] : [warn("no weights are set: that was asked for")]),
    ...(of.setsWeights && !of.earns
      ? [
          warn(
            "no weights are set from answers over the wire, since a public fix can be looked up: --wire.weights sets them",
          ),
        ]
      : []),
    ...(of.offline ? [warn("the package index is not asked: packages that were fetched before serve")] : []),
  ];
}
