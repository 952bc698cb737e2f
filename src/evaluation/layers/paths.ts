import { violations } from "../../patch/index.ts";
import type { Layer } from "../work.ts";

/** Tests, and whatever configures how they run, are not the candidate's to change. */
export const paths: Layer = {
  name: "paths",
  check({ patch, task }) {
    const found = violations(patch, { testPaths: task.context.testPaths });
    return found.length > 0
      ? { verdict: "tampered", reason: `touches ${found.slice(0, 5).join(", ")}` }
      : null;
  },
};
