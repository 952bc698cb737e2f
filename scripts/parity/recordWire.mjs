// Records what Bittensor's own programs sign and send, for every run: test/vectors/{btauth,v10}.json.
//
//   .runtime/node_modules/.bin/node scripts/parity/recordWire.mjs
import { writeFileSync } from "node:fs";
import { askPython } from "./askPython.mjs";
import { bringBittensor } from "./bittensor.mjs";

for (const [which, program, name] of [
  ["sdk", "btauth.py", "btauth.json"],
  ["v10", "v10.py", "v10.json"],
]) {
  const [vectors] = await askPython(await bringBittensor(which), program, [{ do: "vectors" }]);
  writeFileSync(
    new URL(`../../test/vectors/${name}`, import.meta.url),
    `${JSON.stringify(vectors, null, 1)}\n`,
  );
}
