import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { call, of, run } from "./runUp.ts";
import { writeSampleProject } from "./sampleProject.ts";

test("a subnet that asks for sealed weights: sealed, opened and paid, and shown before by a plan that sends nothing", {
  timeout: 240_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "sealed-"));
  try {
    const home = join(folder, "home");
    const project = await writeSampleProject(join(folder, "tallybook"));
    const quick = ["--deadline", "20", "--block-ms", "100", "--tempo", "40", "--commit-reveal"];
    const words = ["up", "--home", home, "--path", project, "--rounds", "1", "--json", ...quick];
    const subnet = run(words);
    const seen = async () => {
      while (of(subnet.events, "weights").length === 0) await new Promise((go) => setTimeout(go, 200));
    };
    await Promise.race([seen(), subnet.ended]);
    const url = /the chain answers at (\S+)/.exec(subnet.stderr())?.[1] ?? "";
    const shown = await call(["weights", "--dry-run", "--url", url, "--home", home, "--json"]);
    expect(shown).toMatchObject({ code: 0 });
    const { code } = await subnet.ended;
    expect(code).toBe(0);
    const [weights] = of(subnet.events, "weights");
    expect(weights).toMatchObject({ way: "timelocked", revealRound: expect.any(Number) });
    const positive = weights?.rows.filter(({ weight }) => weight > 0) ?? [];
    expect(positive.length).toBeGreaterThan(0);
    const plan = JSON.parse(shown.stdout);
    expect(plan).toMatchObject({ way: "timelocked", window: { first: 0, last: 0 } });
    expect(plan.rows.map((row: { uid: number; next: number }) => [row.uid, row.next])).toEqual(
      positive.map(({ uid, weight }) => [uid, weight]),
    );
    const earned = of(subnet.events, "epoch")
      .at(-1)
      ?.neurons.filter(({ incentive }) => incentive > 0)
      .map(({ uid }) => uid);
    expect(earned).toEqual(positive.map(({ uid }) => uid));
    expect(await call(["replay", "0", "--home", home])).toMatchObject({ code: 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
