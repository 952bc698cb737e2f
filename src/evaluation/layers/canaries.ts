import type { Layer } from "../work.ts";

/** Tests whose outcome we know must come out so; a runner that says otherwise is not to be believed. */
export const canaries: Layer = {
  name: "canaries",
  check({ canaries: { expected }, run }) {
    const wrong = Object.entries(expected).filter(([id, outcome]) => run?.outcomes[id] !== outcome);
    const [id = "", outcome] = wrong[0] ?? [];
    return wrong.length > 0
      ? {
          verdict: "tampered",
          reason: `${wrong.length} of ${Object.keys(expected).length} canaries: one that must be ${outcome} was ${run?.outcomes[id] ?? "missing"}`,
        }
      : null;
  },
};
