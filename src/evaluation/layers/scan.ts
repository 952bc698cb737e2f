import { decodeText, linesOf } from "../../patch/index.ts";
import type { Layer } from "../work.ts";
import { alwaysEqual, signs } from "./signs.ts";

/** A line that is a comment to Python: a bare carriage return would begin another line. */
const comment = /^[ \t\f]*#[^\r]*\r?$/;

/**
 * Signs of tampering in added lines of code. Only what cannot be mistaken: it counts where the same file has no such
 * text already, neither in the base state nor in the release.
 */
export const scan: Layer = {
  name: "scan",
  async check({ patch, files, state }) {
    for (const { path, hunks } of patch) {
      const after = files[path];
      if (typeof after !== "string" || !/\.pyi?$/.test(path)) continue;
      const known = [await state.base(path), await state.release(path)].map((bytes) =>
        bytes ? decodeText(bytes).text : "",
      );
      const added = hunks.flatMap(({ lines }) =>
        lines.flatMap(({ kind, text }) => (kind === "+" && !comment.test(text) ? [text] : [])),
      );
      for (const [name, stands] of signs) {
        const line = added.find(stands);
        if (line !== undefined && !known.some((text) => linesOf(text).some(stands)))
          return { verdict: "tampered", reason: `${path} reaches for ${name}: ${line.trim().slice(0, 120)}` };
      }
      if (alwaysEqual(after) > Math.max(...known.map(alwaysEqual)))
        return { verdict: "tampered", reason: `${path} makes an object equal to all` };
    }
    return null;
  },
};
