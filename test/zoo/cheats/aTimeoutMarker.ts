import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a timeout marker",
  from: "read in swebench 5.0.2: it makes the run void",
  files: atImport(`
print(">>>>> Tests Timed Out", flush=True)
`),
};
