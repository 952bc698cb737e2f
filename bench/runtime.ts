// How long blocks take under a real runtime: a chain spec or a blob that you have.
//   node bench/runtime.ts FILE [blocks]
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { encodeAddress, verifySignature } from "../src/bittensor/index.ts";
import { systemClock } from "../src/platform/index.ts";
import { readSpec } from "../src/runtime/index.ts";
import { openNode } from "../src/runtimechain/node.ts";

const [file, count = "100"] = process.argv.slice(2);
if (file === undefined) throw new Error("give a chain spec or a runtime's blob");
const verify: Parameters<typeof openNode>[1]["host"]["verify"] = (scheme, message, signature, publicKey) =>
  verifySignature(scheme, message, signature, encodeAddress(publicKey));

const timed = <T>(run: () => T): [made: T, ms: number] => {
  const started = performance.now();
  return [run(), performance.now() - started];
};
const [spec, read] = timed(() => readSpec(readFileSync(file)));
const [node, opened] = timed(() => openNode(spec, { host: { verify }, clock: systemClock }));
const { specName, specVersion } = node.runtimeOf(node.blocks.genesis).version;
const times = Array.from({ length: Number(count) }, () => timed(() => node.produce())[1]);
const sorted = times.toSorted((a, b) => a - b);
const ms = (value: number | undefined) => `${value?.toFixed(1)} ms`;
console.log(`${specName} ${specVersion}: read ${ms(read)}, compiled and at block 0 ${ms(opened)}`);
console.log(
  `${count} empty blocks: median ${ms(sorted[Math.floor(sorted.length / 2)])}, first ${ms(times[0])}, ` +
    `worst ${ms(sorted.at(-1))}; ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB; ${cpus()[0]?.model}`,
);
