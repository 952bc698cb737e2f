import { beforeAll, describe, expect, test } from "vitest";
import { attacks } from "./attacks.ts";
import { askAsOrdinary } from "./checkout.ts";
import { pytestLayer } from "./layer.ts";
import { type Siege, siege } from "./siege.ts";

const isRoot = process.getuid?.() === 0;

/** The same siege by an ordinary user. */
const siegeAsOrdinary = (layer: string) => askAsOrdinary<Siege>(["test/evaluation/siege.ts", layer]);

const users: [string, (layer: string) => Promise<Siege>][] = [
  [isRoot ? "root" : "an ordinary user", siege],
  ...(isRoot ? [["an ordinary user", siegeAsOrdinary] as (typeof users)[number]] : []),
];

describe.each(users)("hostile patches, judged by %s", (_, besiege) => {
  let found: Siege;
  beforeAll(async () => {
    found = await besiege(await pytestLayer());
  }, 180_000);

  test("gold is resolved before and after all of them, and the base is not", () => {
    expect(found.gold).toMatchObject({ verdict: "resolved" });
    expect(found.base).toMatchObject({ verdict: "unresolved", layer: "grade", failToPass: { success: [] } });
    expect(found.goldAfter).toMatchObject({ verdict: "resolved" });
  });

  test.each(attacks({ port: 0, word: "" }).map((attack) => [attack.name, attack] as const))(
    "one that %s",
    (name, attack) => {
      const graded = found.attacks.find((each) => each.name === name)?.graded;
      expect(attack.verdicts).toContain(graded?.verdict);
      if (attack.layer !== undefined) expect(graded?.layer).toBe(attack.layer);
      expect(graded?.reason).not.toMatch(/root:[^:]*:|-content/);
    },
  );

  test("nobody is harmed: nothing reached the host, lives on, or changed the released tree", () => {
    expect(found.connections).toBe(0);
    expect(found.survivors).toEqual([]);
    expect(found.changed).toBe(false);
  });

  test("the siege ran as whom it says", () => {
    expect(found.uid === 0).toBe(isRoot && besiege === siege);
  });
});
