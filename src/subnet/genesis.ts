import { stat } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../platform/index.ts";
import type { Wallet } from "./wallets.ts";

/** The one subnet of a local chain. */
export const NETUID = 1;

const RAO = 1_000_000_000n;
const FUNDS = 1_000_000n * RAO;

/**
 * Write what block 0 holds, once a home: the owner and everybody's coldkey with funds. A home whose chain exists
 * keeps its block 0, whatever is asked for now. Resolves to the file's path.
 */
export async function writeGenesis(
  { home, tempo, commitReveal = false }: { home: string; tempo: number; commitReveal?: boolean },
  { owner, validator, miners }: { owner: Wallet; validator: Wallet; miners: readonly Wallet[] },
): Promise<string> {
  const path = join(home, "genesis.json");
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (exists) return path;
  const genesis = {
    netuid: NETUID,
    owner: owner.coldkey.address,
    // the owner's hotkey may set weights before the first epoch has given permits
    ownerHotkey: validator.hotkey.address,
    accounts: Object.fromEntries(
      [owner, validator, ...miners].map(({ coldkey }) => [coldkey.address, FUNDS.toString()]),
    ),
    parameters: { tempo, ...(commitReveal ? { commitRevealEnabled: true } : {}) },
  };
  await writeAtomically(path, `${JSON.stringify(genesis, null, 2)}\n`, 0o600);
  return path;
}
