import type { Layer } from "../work.ts";

/** The runner's own parts must still be its own when the tests are over. */
export const replaced: Layer = {
  name: "replaced",
  check({ run }) {
    const names = [...new Set(Object.values(run?.replaced ?? {}).flat())];
    return names.length > 0
      ? { verdict: "tampered", reason: `replaced ${names.slice(0, 5).join(", ")}` }
      : null;
  },
};
