import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
// @ts-expect-error scripts are plain JavaScript
import { oraclePython } from "../../scripts/parity/swebench.mjs";
import { runChild } from "../../src/platform/index.ts";
import { engineChoice, leftOnEngine } from "../../src/sandbox/index.ts";
import { readPredictions, readRows, writeRunReport } from "../../src/swebench/index.ts";
import { engineHere } from "../sandbox/engine.ts";
import { FILES, GOLD, judgeRows, rowOf, STRANGE, treeOf, WRONG } from "./imageRows.ts";
import { openTestbeds } from "./testbed.ts";

const python: string | undefined = oraclePython();
const here = python ? await engineHere() : { ok: false as const, why: "swebench has not been brought" };
if (here.ok) {
  test("swebench itself and ours leave the same files and the same run report of the same rows", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parity-"));
    try {
      await compare(folder, here.environment);
    } finally {
      await rm(folder, { recursive: true, force: true });
      await here.close();
    }
  }, 240_000);
} else {
  const told = `parity of images: 1 test not run: ${here.why}`;
  console.warn(told);
  test.skip(told, () => {});
}

async function compare(folder: string, environment: Record<string, string>) {
  await using beds = openTestbeds(environment, environment.TAOCEPTION_IMAGE as string);
  const image = await beds.make("parity", FILES);
  const long = await beds.make("parity-long", { ...FILES, "m.py": "a = 0\nb = 0\nx = 1\nc = 0\nd = 0\n" });
  const hunk = "@@ -1,5 +1,5 @@\n other = 0\n b = 0\n-x = 1\n+x = 2\n c = 0\n d = 0\n";
  const patches: Record<string, string> = {
    ...{ gold: GOLD, wrong: WRONG, strange: STRANGE, empty: "", slow: GOLD, bytes: GOLD, missing: GOLD },
    ...{ loose: GOLD.slice(0, GOLD.indexOf("@@")) + hunk, collected: GOLD, exits: GOLD },
  };
  const commands: Record<string, string[]> = {
    slow: ["echo begun", "sleep 4714"],
    bytes: ["printf 'a\\377b\\r\\n'", "python3 run_tests.py"],
    collected: ["echo 'collected 0 items'"],
    exits: ["python3 run_tests.py; false"],
  };
  const images: Record<string, string> = { loose: long, missing: "localhost/taoception-none:latest" };
  const rows = [...Object.keys(patches), "unasked"].map((id) => {
    const row = rowOf(id, images[id] ?? image, commands[id]);
    // the engine mixes up the lines of two outputs, and swebench takes them as they come
    return { ...row, eval_script: row.eval_script.replace("cd /testbed", "exec 2>&1\ncd /testbed") };
  });
  const predictions = Object.entries(patches).map(([instance_id, model_patch]) => ({
    ...{ instance_id, model_patch, model_name_or_path: "org/model" },
  }));
  await writeFile(join(folder, "rows.json"), JSON.stringify(rows));
  await writeFile(join(folder, "predictions.json"), JSON.stringify(predictions));

  const engine = environment.TAOCEPTION_OCI as string;
  // swebench stops its containers by the docker command, which podman stands in for, here without the wait
  await mkdir(join(folder, "bin"));
  const call = `if [ "$1" = stop ]; then shift 2; set -- kill "$@"; fi; exec podman --remote --url ${engine} "$@"`;
  await writeFile(join(folder, "bin/docker"), `#!/bin/sh\n${call}\n`, { mode: 0o755 });
  const theirs = await runChild(
    [
      ...([python as string, "-m", "swebench.harness.run_evaluation", "-d", "rows.json"] as const),
      ...[
        "-p",
        "predictions.json",
        "-id",
        "same",
        "-t",
        "6",
        "--max_workers",
        "2",
        "--open_file_limit",
        "2048",
      ],
    ],
    {
      cwd: folder,
      env: { PATH: `${join(folder, "bin")}:${process.env.PATH}`, HOME: folder, DOCKER_HOST: engine },
      timeoutMs: 200_000,
    },
  );
  expect(theirs.exitCode, theirs.stdout + theirs.stderr).toBe(0);

  const out = join(folder, "ours");
  await judgeRows(rows, patches, { out, environment, timeoutMs: 6000, model: "org/model", runId: "same" });
  const model = "logs/run_evaluation/same/org__model";
  const [expected, found] = [await treeOf(join(folder, model)), await treeOf(join(out, model))];
  // the story is told in other words, and the strict verdict is ours alone; one line comes before the outputs are one
  const same = (tree: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(tree)
        .filter(([path]) => !/(run_instance\.log|strict\.json)$/.test(path))
        .map(([path, text]) => [path, text.replace("+ exec\n", "")]),
    );
  expect(same(found)).toEqual(same(expected));
  expect(Object.keys(same(found)).filter((path) => path.endsWith("report.json")).length).toBeGreaterThan(4);

  const read = await readRows(join(folder, "rows.json"));
  const left = await leftOnEngine(
    read.flatMap((row) => (row.kind === "bad" ? [] : [row.image ?? ""])),
    engineChoice(environment),
  );
  const { path } = await writeRunReport(read, await readPredictions(join(folder, "predictions.json")), {
    ...{ logs: join(out, model), out: join(out, model), runId: "same", into: out, left },
  });
  expect(await readFile(path, "utf8")).toBe(await readFile(join(folder, "org__model.same.json"), "utf8"));
}
