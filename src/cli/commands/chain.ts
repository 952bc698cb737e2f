import type { Command } from "commander";
import type { Door } from "../door.ts";
import { addEpoch } from "./chainEpoch.ts";
import { addRegister } from "./chainRegister.ts";
import { addRun } from "./chainRun.ts";
import { addStake } from "./chainStake.ts";

export function add(program: Command, door: Door): void {
  const chain = program
    .command("chain")
    .description(
      "the embedded chain: register and stake there, run it (or one over a runtime that you have), and its epoch by hand",
    );
  addRegister(chain, door);
  addStake(chain, door);
  addEpoch(chain, door);
  addRun(chain, door);
}
