// Brings Bittensor's own Python packages, to compare with, into ignored folders; nothing of the product uses them.
//
//   .runtime/node_modules/.bin/node scripts/parity/bittensor.mjs
//
// `sdk`: the SDK of today (btauth, keyfiles by bittensor-core); `served`: the same behind FastAPI, for bench/wire.ts.
// `v10`: axon and dendrite, and bittensor-wallet.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { places } from "../setup/places.mjs";
import { bringPython } from "./bringPython.mjs";

const VERSIONS = {
  sdk: { name: "bittensor-11.3.0", packages: ["bittensor==11.3.0", "bittensor-core==0.1.5"] },
  served: {
    name: "bittensor-11.3.0-served",
    packages: ["bittensor==11.3.0", "bittensor-core==0.1.5", "fastapi==0.165.0", "uvicorn[standard]==0.54.0"],
  },
  v10: { name: "bittensor-10.5.0", packages: ["bittensor==10.5.0", "bittensor-wallet==4.1.1"] },
};

/** The Python that can import one of them; undefined where it has not been brought. */
export function bittensorPython(which) {
  const python = join(places().runtime, VERSIONS[which].name, "bin", "python");
  return existsSync(python) ? python : undefined;
}

/** Brings one where it is not there yet; resolves to its Python. */
export function bringBittensor(which) {
  const { name, packages } = VERSIONS[which];
  return bringPython(name, packages);
}

if (import.meta.main)
  for (const which of Object.keys(VERSIONS)) process.stdout.write(`${await bringBittensor(which)}\n`);
