import { spawn } from "node:child_process";
import { dirname, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { attacks } from "./attacks.ts";
import { pytestLayer } from "./layer.ts";
import { type Siege, siege } from "./siege.ts";

const repository = resolve(import.meta.dirname, "../..");
const isRoot = process.getuid?.() === 0;

/**
 * The same siege by an ordinary user: a child in a mount namespace of its own, where the repository lies at a place
 * that this user can reach, however closed the folders above it are.
 */
function siegeAsOrdinary(layer: string): Promise<Siege> {
  const node = process.execPath;
  const program =
    'set -e; place=/mnt; mount -t tmpfs none $place; mkdir $place/r $place/n; mount --bind "$0" $place/r; mount --bind "$1" $place/n; shift; ' +
    'exec setpriv --reuid=54321 --regid=54321 --clear-groups --no-new-privs env -i PATH=/usr/bin:/bin HOME=/tmp $place/n/node $place/r/test/evaluation/siege.ts "$1"';
  const child = spawn(
    "unshare",
    ["--mount", "--propagation", "private", "sh", "-c", program, repository, dirname(node), layer],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  return new Promise((done, failed) => {
    let [out, err] = ["", ""];
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      err += data;
    });
    child.on("error", failed);
    child.on("close", (code) =>
      code === 0 ? done(JSON.parse(out) as Siege) : failed(new Error(`exit ${code}: ${err.slice(-2000)}`)),
    );
  });
}

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
