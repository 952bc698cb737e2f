// Records keyfiles that Bittensor's own wallets make, for every run: test/vectors/keyfiles.json.
//
//   .runtime/node_modules/.bin/node scripts/parity/recordKeyfiles.mjs
import { writeFileSync } from "node:fs";
import { askPython } from "./askPython.mjs";
import { bringBittensor } from "./bittensor.mjs";

const found = [];
for (const which of ["sdk", "v10"]) {
  const [vectors] = await askPython(await bringBittensor(which), "keyfiles.py", [{ do: "vectors" }]);
  found.push(...vectors);
}
writeFileSync(
  new URL("../../test/vectors/keyfiles.json", import.meta.url),
  `${JSON.stringify(found, null, 1)}\n`,
);
