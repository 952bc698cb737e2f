import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("./inside/", import.meta.url));

/** Host path of a file of `inside/`. */
export const insideFile = (name: string) => folder + name;
