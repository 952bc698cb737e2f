import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { evaluateWithControl, openWarmTesters, unscored } from "../../src/evaluation/index.ts";
import { explain, systemClock, writeTree } from "../../src/platform/index.ts";
import { openTester } from "../../src/python/index.ts";
import { openSandbox } from "../../src/sandbox/index.ts";
import { pytestLayer } from "./layer.ts";
import { makeSubject } from "./subject.ts";

/** Judges gold with a disk that is full, and again when it is not. Argument: a small filesystem of its own. */
const [disk = ""] = process.argv.slice(2);
const subject = await makeSubject(join(disk, "subject"), await pytestLayer());
await using sandbox = await openSandbox();
const tree = JSON.parse(Buffer.from(await subject.blobs.get(subject.task.releaseTree)).toString("utf8"));
const folder = join(disk, "trees", "release");
await using testers = openWarmTesters(async () => {
  await writeTree(tree, folder, subject.blobs); // as when a package is prepared
  return openTester({ ...subject.project, folder }, { sandbox });
});
const judge = () =>
  evaluateWithControl(subject.gold, subject.task, testers, {
    blobs: subject.blobs,
    clock: systemClock,
  }).catch(unscored);

const filler = join(disk, "filler");
const file = openSync(filler, "w");
let full = "";
for (const size of [65_536, 1])
  try {
    for (;;) writeSync(file, Buffer.alloc(size));
  } catch (error) {
    full = explain(error);
  }
closeSync(file);
const first = await judge();
rmSync(filler);
const second = await judge();
console.log(JSON.stringify({ full, first, second }));
