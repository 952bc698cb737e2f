import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { runChild } from "../../src/platform/index.ts";
import { engineHere } from "../sandbox/engine.ts";
import { FILES, GOLD, judgeRows, rowOf, STRANGE, WRONG } from "./imageRows.ts";
import { openTestbeds, type Testbeds } from "./testbed.ts";

/** Stands for pytest, in an image that has none. */
const PYTEST = [
  "import sys, runpy",
  "print('asked for', ' '.join(sys.argv[1:]))",
  "sys.path.insert(0, '/testbed')",
  "runpy.run_path('/testbed/run_tests.py')",
  "",
].join("\n");
const reversed = (diff: string) => diff.replace("-x = 1\n+x = 2", "-x = 2\n+x = 1");

const here = await engineHere();
const COUNT = 13;
if (here.ok) imageTests(here.environment, here.close);
else {
  const told = `images: ${COUNT} tests not run: ${here.why}`;
  console.warn(told);
  test.skip(told, () => {});
}

function imageTests(environment: Record<string, string>, close: () => Promise<void>) {
  let out: string;
  let beds: Testbeds;
  let image: string;
  let before: string[];
  const logOf = (id: string, name = "test_output.txt", model = "gold") =>
    readFile(join(out, "logs/run_evaluation/ours", model, id, name), "utf8");

  beforeAll(async () => {
    beds = openTestbeds(environment, environment.TAOCEPTION_IMAGE as string);
    image = await beds.make("plain", FILES);
  });
  afterAll(async () => {
    await beds[Symbol.asyncDispose]();
    await close();
  });
  beforeEach(async () => {
    out = await mkdtemp(join(tmpdir(), "images-"));
    before = await beds.containers();
  });
  afterEach(async () => {
    expect(await beds.containers(), "containers that are left").toEqual(before);
    await rm(out, { recursive: true, force: true });
  });

  test("gold is resolved, a wrong patch is not, one that does not apply has no report, an empty one is not run", async () => {
    const rows = ["gold", "wrong", "strange", "empty"].map((id) => rowOf(id, image));
    const patches = { gold: GOLD, wrong: WRONG, strange: STRANGE, empty: "" };
    expect(await judgeRows(rows, patches, { out, environment })).toMatchObject([
      { id: "gold", official: true, strict: { verdict: "resolved" } },
      { id: "wrong", official: false, strict: { verdict: "unresolved" } },
      { id: "strange", official: null, strict: { verdict: "invalid-patch" } },
    ]);
    expect(await logOf("gold")).toContain("PASSED test_m.py::test_x");
    expect(await logOf("strange", "run_instance.log")).toContain("Patch Apply Failed");
    await expect(logOf("strange")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(logOf("empty", "patch.diff")).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("an image's own user does not matter: commands are run as root, as swebench runs them", async () => {
    const nobody = await beds.make("nobody", FILES, { user: "nobody" });
    const row = rowOf("a", nobody, ["echo user $(id -u)", "python3 run_tests.py"]);
    expect(await judgeRows([row], "gold", { out, environment })).toMatchObject([{ official: true }]);
    expect(await logOf("a")).toContain("\nuser 0\n");
  });

  test("a row of SWE-smith: its patch is planted first, gold is its reverse, its tests' files are run", async () => {
    const sound = { ...FILES, "m.py": "x = 2\n", "pytest/__main__.py": PYTEST };
    const {
      eval_script: _,
      log_parser: __,
      ...row
    } = rowOf("a__b.1234.func__5", await beds.make("smith", sound));
    const smith = { ...row, repo: "swesmith/a__b.1234", patch: reversed(GOLD) };
    const [gold] = await judgeRows([smith], "gold", { out, environment });
    expect(gold).toMatchObject({ official: true, strict: { verdict: "resolved" } });
    expect(await logOf(smith.instance_id)).toMatch(/asked for .*-rA.* -- test_m\.py\n/);
    const patches = { [smith.instance_id]: WRONG };
    const [wrong] = await judgeRows([smith], patches, { out, environment, runId: "wrong" });
    expect(wrong).toMatchObject({ official: false, strict: { verdict: "unresolved" } });
    const [lost] = await judgeRows([{ ...smith, patch: STRANGE }], patches, {
      out,
      environment,
      runId: "lost",
    });
    expect(lost).toMatchObject({ official: null, strict: { verdict: "unscored" } });
    expect(lost?.strict.reason).toContain("its defect cannot be planted");
  });

  test("a missing image costs its own row alone", async () => {
    const rows = [rowOf("none", "localhost/taoception-testbed-none:latest"), rowOf("there", image)];
    const [none, there] = await judgeRows(rows, "gold", { out, environment, workers: 1 });
    expect(none).toMatchObject({ official: null, strict: { verdict: "unscored" } });
    expect(none?.strict.reason).toContain("has no image localhost/taoception-testbed-none:latest");
    expect(there).toMatchObject({ official: true });
    await expect(logOf("none", "strict.json")).rejects.toMatchObject({ code: "ENOENT" }); // so it is judged again
  });

  test("a script that exceeds its time is ended at once, whatever it does with signals", async () => {
    const row = rowOf("slow", image, ["echo begun", "trap '' TERM INT HUP", "sleep 4711", "sleep 4711"]);
    const [slow] = await judgeRows([row], "gold", { out, environment, timeoutMs: 2000 });
    expect(slow).toMatchObject({ official: null, strict: { verdict: "timed-out" } });
    expect(slow?.ms).toBeLessThan(2000 + 6000); // podman and docker wait ten seconds before they kill what is asked to stop
    const log = await logOf("slow");
    expect(log).toContain("begun");
    expect(log.endsWith("\n\nTimeout error: 2 seconds exceeded.")).toBe(true);
    expect(commandsWith("4711")).toEqual([]);
  });

  test("a flood of output is cut off, and ends nothing but its own row", async () => {
    const flood = rowOf("flood", image, ["python3 run_tests.py", "head -c 200000000 /dev/zero | tr '\\0' x"]);
    const [flooded, calm] = await judgeRows([flood, rowOf("calm", image)], "gold", { out, environment });
    expect(flooded).toMatchObject({ official: false, strict: { verdict: "unresolved" } });
    expect(calm).toMatchObject({ official: true });
    const folder = join(out, "logs/run_evaluation/ours/gold/flood");
    expect((await stat(join(folder, "test_output.txt"))).size).toBe(64 * 1024 ** 2);
  });

  test("what a script says on its two outputs stays in its order: markers come on one, results on the other", async () => {
    const talk = "for i in {100..299}; do echo on $i; echo on $i >&2; done";
    await judgeRows([rowOf("talk", image, [`{ set +x; ${talk}; }`])], "gold", { out, environment });
    const said = [...(await logOf("talk")).matchAll(/^on (\d+)$/gm)].map(([, number]) => Number(number));
    expect(said).toHaveLength(400);
    expect(said).toEqual(said.toSorted((a, b) => a - b));
  });

  test("processes that a script leaves behind hold nothing up, and are gone after", async () => {
    const leave = "for i in 1 2 3; do setsid sh -c 'trap \"\" TERM HUP; sleep 4712' & done; sleep 1";
    const [left] = await judgeRows([rowOf("left", image, [leave, "python3 run_tests.py"])], "gold", {
      out,
      environment,
    });
    expect(left).toMatchObject({ official: true });
    expect(left?.ms).toBeLessThan(15_000);
    expect(commandsWith("4712")).toEqual([]);
  });

  test("a script has no network, and none of the rights that swebench gives", async () => {
    const look = ["cat /proc/net/dev", "grep CapEff /proc/self/status", "python3 run_tests.py"];
    await judgeRows([rowOf("look", image, look)], "gold", { out, environment });
    const log = await logOf("look");
    expect([...log.matchAll(/^ *(\w+): +\d+/gm)].map(([, name]) => name)).toEqual(["lo"]);
    const rights = BigInt(`0x${/CapEff:\s*([0-9a-f]+)/.exec(log)?.[1]}`);
    for (const capability of [12, 21, 19, 16]) // NET_ADMIN, SYS_ADMIN, SYS_PTRACE, SYS_MODULE
      expect((rights >> BigInt(capability)) & 1n, `capability ${capability}`).toBe(0n);
  });

  test("a patch is taken as swebench takes it: with fuzz by patch, or where the image has it already", async () => {
    const long = await beds.make("long", { ...FILES, "m.py": "a = 0\nb = 0\nx = 1\nc = 0\nd = 0\n" });
    const twice = await beds.make("twice", { ...FILES, "m.py": "x = 2\n" }); // what the patch does is there already
    const hunk = "@@ -1,5 +1,5 @@\n other = 0\n b = 0\n-x = 1\n+x = 2\n c = 0\n d = 0\n";
    const loose = GOLD.slice(0, GOLD.indexOf("@@")) + hunk; // its first line is another's: patch alone takes that
    const rows = [rowOf("loose", long), rowOf("twice", twice)];
    expect(await judgeRows(rows, { loose, twice: GOLD }, { out, environment })).toMatchObject([
      { official: true },
      { official: true },
    ]);
  });

  test("a Harbor task's script finds its tests in /tests, begins where its image does, and its reward decides", async () => {
    const folder = join(out, "harbor");
    const task = await beds.make("harbor", FILES, { workdir: "/app" });
    const words: Record<string, string> = {
      text: "python3 /tests/inner/check.py > /logs/verifier/reward.txt",
      half: "echo 0.5 > /logs/verifier/reward.txt",
      json: 'echo \'{"reward": 1, "speed": 0.1}\' > /logs/verifier/reward.json',
      both: "echo 0 > /logs/verifier/reward.txt; echo 1 > /logs/verifier/reward.json",
      none: "exit 0",
      noise: "echo one > /logs/verifier/reward.txt",
    };
    for (const [id, script] of Object.entries(words)) {
      await mkdir(join(folder, id, "tests/inner"), { recursive: true });
      await writeFile(join(folder, id, "task.toml"), `[environment]\ndocker_image = "${task}"\n`);
      await writeFile(join(folder, id, "instruction.md"), "Mend it.\n");
      await writeFile(join(folder, id, "tests/test.sh"), `#!/bin/bash\n${script}\n`);
      await writeFile(
        join(folder, id, "tests/inner/check.py"),
        "print(int(open('m.py').read() == 'x = 2\\n'))\n",
      );
    }
    const patches = Object.fromEntries(Object.keys(words).map((id) => [id, GOLD]));
    const ran = await judgeRows(folder, patches, { out, environment });
    expect(Object.fromEntries(ran.map(({ id, strict }) => [id, [strict.verdict, strict.reason]]))).toEqual({
      both: ["unresolved", "the reward is 0"],
      half: ["unresolved", "the reward is 0.5"],
      json: ["resolved", "the reward is 1"],
      noise: ["unresolved", "no reward was written"],
      none: ["unresolved", "no reward was written"],
      text: ["resolved", "the reward is 1"],
    });
  });

  test("the command's run report tells what is left on the engine: no container, and the images that are there", async () => {
    const rows = [rowOf("a", image), rowOf("b", "localhost/taoception-testbed-none:latest")];
    await writeFile(join(out, "rows.json"), JSON.stringify(rows));
    const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
    const words = ["--dataset", "rows.json", "--predictions", "gold", "--run-id", "left", "--out", out];
    const done = await runChild([process.execPath, main, "evaluate", ...words], {
      cwd: out,
      env: { PATH: process.env.PATH ?? "", HOME: out, ...environment },
      timeoutMs: 60_000,
    });
    expect(done.stdout + done.stderr).toContain("1 of 2 could not be judged");
    const report = JSON.parse(await readFile(join(out, "gold.left.json"), "utf8"));
    expect(Object.keys(report).slice(-4)).toEqual([
      ...["schema_version", "unstopped_instances", "unstopped_containers", "unremoved_images"],
    ]);
    expect(report).toMatchObject({
      ...{ resolved_ids: ["a"], error_ids: ["b"] },
      ...{ unstopped_instances: 0, unstopped_containers: [], unremoved_images: [image] },
    });
  });

  test("a run that is aborted leaves nothing", async () => {
    const rows = [rowOf("a", image, ["sleep 4713"]), rowOf("b", image, ["sleep 4713"])];
    const stop = new AbortController();
    const run = judgeRows(rows, "gold", { out, environment, signal: stop.signal });
    while (commandsWith("4713").length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort(new Error("enough"));
    await expect(run).rejects.toThrow("enough");
    await expect.poll(async () => beds.containers(), { timeout: 5000 }).toEqual(before);
    expect(commandsWith("4713")).toEqual([]);
  });
}

/** Commands of this machine, those in its containers among them, that have this word. */
function commandsWith(word: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return words.includes(word) ? [words.join(" ")] : [];
      } catch {
        return []; // it has just ended
      }
    });
}
