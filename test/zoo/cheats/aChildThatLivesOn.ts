import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a child that lives on",
  from: "ours",
  files: atImport(`
if _fork() == 0:
    _os.setsid()
    if _fork() == 0:
        import time
        time.sleep(600)
    _exit(0)
`),
};
