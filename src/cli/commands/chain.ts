import type { Command } from "commander";
import type { Door } from "../door.ts";
import { addCommitment } from "./chainCommitment.ts";
import { addEpoch } from "./chainEpoch.ts";
import { addRegister } from "./chainRegister.ts";
import { addRun } from "./chainRun.ts";
import { addStake } from "./chainStake.ts";
import { addTransfer } from "./chainTransfer.ts";

export function add(program: Command, door: Door): void {
  const chain = program
    .command("chain")
    .description(
      "the embedded chain: register, stake, pay and publish there, run it (or one over a runtime that you have), and its epoch by hand",
    );
  addRegister(chain, door);
  addStake(chain, door);
  addTransfer(chain, door);
  addCommitment(chain, door);
  addEpoch(chain, door);
  addRun(chain, door);
}
