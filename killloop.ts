import { mkdtemp, rm } from "node:fs/promises";
import { spawn } from "node:child_process";
import { join } from "node:path";
const [root, times, burners, most] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4]), Number(process.argv[5])];
const { processesOf, run } = await import(root + "/test/story/runUp.ts");
const { writeSampleProject } = await import(root + "/test/story/sampleProject.ts");
const sleep = (ms: number) => new Promise((d) => setTimeout(d, ms));
const burns = Array.from({ length: burners }, () => spawn("sh", ["-c", "while :; do :; done"]));
const stop = () => { for (const b of burns) b.kill("SIGKILL"); };
process.on("exit", stop); process.on("SIGTERM", () => process.exit(1));
const folder = await mkdtemp("/tmp/endings/run-");
const gones: number[] = [];
const home = join(folder, "home");
const project = await writeSampleProject(join(folder, "tallybook"));
for (let i = 0; i < times; i += 1) {
  const subnet = run(["up", "--home", home, "--path", project, "--json", "--deadline", "20", "--block-ms", "100", "--tempo", "20"], process.env.WITHTRACE ? { NODE_OPTIONS: process.env.WITHTRACE } : {});
  await sleep(((i + 0.5) / times) * most);
  const last = subnet.events.at(-1)?.type ?? "start";
  const since = Date.now();
  subnet.child.kill("SIGKILL");
  await subnet.ended;
  let gone = 0; const seen: string[] = [];
  for (;;) {
    const left = await processesOf(home);
    gone = Date.now() - since;
    if (left.length === 0 || gone > 40_000) break;
    if (gone > 1000 * (seen.length + 1)) seen.push(`${gone}: ${left.map((l: string) => l.replace(/^(\d+) \S*node \S*main.ts (\w+) .*/, "$1 $2").slice(0, 60)).join(" | ")}`);
    await sleep(25);
  }
  gones.push(gone);
  console.log(`${i} after ${Math.round(((i + 0.5) / times) * most)} ms at ${last}: gone ${gone} ms`);
  for (const s of seen) console.log("    " + s);
}
console.log("most", Math.max(...gones));
stop();
await rm(folder, { recursive: true, force: true });
process.exit(0);
