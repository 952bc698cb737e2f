import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "folders in folders",
  from: "ours: a disk filled before anything runs",
  files: () =>
    Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`${at}/${"d/".repeat(500)}x.txt`, "x\n"])),
};
