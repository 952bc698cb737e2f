import { openSandbox, type SandboxChoice } from "../../src/sandbox/index.ts";
import { limits, python } from "./walls.ts";

/** A process with a sleeping job, to be killed: its choice and the job's word are its arguments. */
const [choice = "{}", word = ""] = process.argv.slice(2);
const sandbox = await openSandbox(JSON.parse(choice) as SandboxChoice);
const job = python(sandbox, `import time  # ${word}\nprint("on")\ntime.sleep(300)`, {
  limits: { ...limits, wallMs: 300_000 },
});
void sandbox.run(job);
console.log("started");
